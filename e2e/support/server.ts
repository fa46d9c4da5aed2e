/** Owns giving a browser test a running server with its pages, and a person who is signed in. */
import { test as base, expect, type WorkerFixture } from '@playwright/test'
import { startServer, type TestServer } from '../../lib/runtime/testing'

/** The administrator of every test server. */
export const ADMIN = { name: 'admin', password: 'a plumb line, for tests' } as const

type OwnServer = [WorkerFixture<TestServer, object>, { scope: 'worker'; timeout: number }]

/**
 * A server, empty, with the administrator above. Specs that extend `test` by another one have it to themselves.
 * @param env further settings
 */
export function ownServer(env: Readonly<Record<string, string>> = {}): OwnServer {
  return [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern
    async ({}, use) => {
      const server = await startServer({
        env: { PLUMBLINE_PAGES: 'on', PLUMBLINE_ADMIN_PASSWORD: ADMIN.password, ...env },
      })
      await use(server)
      await server.dispose()
    },
    { scope: 'worker', timeout: 60_000 },
  ]
}

/**
 * `server` is started once a spec file's worker. `baseURL` follows it, so
 * `page.goto('/…')` works.
 */
export const test = base.extend<{ baseURL: string }, { server: TestServer }>({
  server: ownServer(),
  baseURL: async ({ server }, use) => {
    await use(server.url)
  },
})

export { expect }
