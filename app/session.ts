/** Owns who looks at a page: cookies become a principal, and strangers are sent to the door. */
import { cookies, headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { connection } from 'next/server'
import { cache } from 'react'
import { withQuery } from '@/app/links'
import { readZone } from '@/app/preferences'
import type { Search } from '@/app/search-params'
import type { Context } from '@/lib/access/context'
import type { Principal } from '@/lib/access/principal'
import { isAppError } from '@/lib/domain/errors'
import { getApp } from '@/lib/runtime/app'

/** The address asked for, as the server's front writes it on the request. */
const TARGET_HEADER = 'x-plumbline-target'

export interface PageContext {
  readonly ctx: Context
  readonly user: Extract<Principal, { kind: 'user' }>
}

/** The reader of this request. Never returns for somebody who is not signed in. */
export const requireViewer = cache(async (): Promise<PageContext> => {
  await connection()
  const app = await getApp()
  const principal = await whoLooks()
  if (principal.kind !== 'user') {
    const target = (await headers()).get(TARGET_HEADER)
    redirect(withQuery('/sign-in', { next: target === '/' ? null : target }))
  }
  return { ctx: app.contextFor(principal), user: principal }
})

/** Who looks, without sending anybody away: a session, or nobody. API keys do not open pages. */
export async function whoLooks(): Promise<Principal> {
  await connection()
  const app = await getApp()
  const source = await headers()
  try {
    return await app.authenticate({ header: (name) => (name === 'cookie' ? source.get(name) : null) })
  } catch (error) {
    if (isAppError(error)) return { kind: 'anonymous' }
    throw error
  }
}

/** The result of a question, or the not-found page when there is no such thing. */
export async function orNotFound<T>(question: Promise<T>): Promise<T> {
  try {
    return await question
  } catch (error) {
    if (isAppError(error) && error.code === 'not_found') notFound()
    throw error
  }
}

/** The zone in which this page writes times. */
export async function pageZone(search: Pick<Search, 'tz'>): Promise<string> {
  return readZone(await cookies(), search.tz)
}
