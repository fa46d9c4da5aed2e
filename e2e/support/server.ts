/** Owns giving a browser test a running server with its pages, and a person who is signed in. */
import { test as base, expect } from '@playwright/test'
import { startServer, type TestServer } from '../../lib/runtime/testing'

/** The administrator of every test server. */
export const ADMIN = { name: 'admin', password: 'a plumb line, for tests' } as const

/**
 * `server` is started once a spec file's worker, empty, with the administrator above. `baseURL` follows it, so
 * `page.goto('/…')` works.
 */
export const test = base.extend<{ baseURL: string }, { server: TestServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern
    async ({}, use) => {
      const server = await startServer({
        env: { PLUMBLINE_PAGES: 'on', PLUMBLINE_ADMIN_PASSWORD: ADMIN.password },
      })
      await use(server)
      await server.dispose()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ server }, use) => {
    await use(server.url)
  },
})

export { expect }
