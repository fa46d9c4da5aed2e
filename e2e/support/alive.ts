/** Owns knowing when a page takes keys: before it is hydrated they are lost, as they are for a person who is that quick. */
import type { Page } from '@playwright/test'

/** Goes somewhere and waits until the page there is alive: it asks for the stream of changes then. */
export async function untilAlive(page: Page, go: () => Promise<unknown>): Promise<void> {
  const alive = page.waitForRequest((request) => new URL(request.url()).pathname === '/api/v1/live')
  await go()
  await alive
}
