/** Owns knowing when a page takes keys and presses: before it is hydrated they are lost, as they are for a person who is that quick. */
import type { Page, Request } from '@playwright/test'

const LIMIT_MS = 60_000

/** What a page behind the door asks for once it is alive: the stream of changes. */
const isLive = (request: Request) => new URL(request.url()).pathname === '/api/v1/live'

/** Goes somewhere behind the door and waits until the page there is alive. */
export async function untilAlive(page: Page, go: () => Promise<unknown>): Promise<void> {
  await Promise.all([page.waitForRequest(isLive, { timeout: LIMIT_MS }), go()])
}

/** A page whose `goto` and `reload` wait until what they lead to is alive. Pages of the door tell by their buttons. */
export async function alivePage({ page }: { page: Page }, use: (page: Page) => Promise<void>): Promise<void> {
  const goto = page.goto.bind(page)
  const reload = page.reload.bind(page)
  const thenAlive = async <T>(go: () => Promise<T>): Promise<T> => {
    const isAlive = page.waitForRequest(isLive, { timeout: LIMIT_MS }).then(
      () => true,
      () => false,
    )
    const response = await go()
    const isBehindDoor = (await page.locator('#content').count()) > 0
    if (isBehindDoor && !(await isAlive)) throw new Error(`${page.url()} did not come alive.`)
    return response
  }
  page.goto = (...to) => thenAlive(() => goto(...to))
  page.reload = (...how) => thenAlive(() => reload(...how))
  await use(page)
}
