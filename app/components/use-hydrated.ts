'use client'
/** Owns knowing whether a page that came as text has its handlers yet. */
import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** @returns false in what the server sends and until this page can answer to a press */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
