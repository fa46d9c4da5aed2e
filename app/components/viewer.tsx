'use client'
/** Owns what client components know of who looks: role and the token against forged requests. */
import { createContext, type ReactNode, useContext } from 'react'

export interface Viewer {
  readonly name: string
  readonly isAdmin: boolean
  readonly csrfToken: string
}

const ViewerContext = createContext<Viewer>({ name: '', isAdmin: false, csrfToken: '' })

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <ViewerContext value={viewer}>{children}</ViewerContext>
}

export function useViewer(): Viewer {
  return useContext(ViewerContext)
}
