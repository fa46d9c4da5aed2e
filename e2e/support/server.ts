/** Owns giving a browser test a running server with its pages, and a person who is signed in. */
import { test as base, expect, type Page, type WorkerFixture } from '@playwright/test'
import { startServer, type TestServer } from '../../lib/runtime/testing'
import { alivePage } from './alive'

/** The administrator of every test server. */
export const ADMIN = { name: 'admin', password: 'a plumb line, for tests' } as const

/** For a machine that does much else. */
export const START_LIMIT_MS = 180_000

type OwnServer = [WorkerFixture<TestServer, object>, { scope: 'worker'; timeout: number }]

/**
 * A server whose pages answer: the process that renders them starts after the one that takes records, and whoever is
 * too early on a busy machine is told to wait.
 */
export async function startWithPages(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const server = await startServer({ env: { PLUMBLINE_PAGES: 'on', ...env } })
  try {
    const status = async () => (await fetch(`${server.url}/sign-in`)).status
    await expect.poll(status, { timeout: START_LIMIT_MS }).toBe(200)
    return server
  } catch (error) {
    await server.dispose()
    throw error
  }
}

/**
 * A server, empty, with the administrator above. Specs that extend `test` by another one have it to themselves.
 * @param env further settings
 */
export function ownServer(env: Readonly<Record<string, string>> = {}): OwnServer {
  return [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern
    async ({}, use) => {
      const server = await startWithPages({ PLUMBLINE_ADMIN_PASSWORD: ADMIN.password, ...env })
      await use(server)
      await server.dispose()
    },
    { scope: 'worker', timeout: START_LIMIT_MS },
  ]
}

/**
 * `server` is started once a spec file's worker. `baseURL` follows it, so
 * `page.goto('/…')` works.
 */
export const test = base.extend<{ baseURL: string; page: Page }, { server: TestServer }>({
  server: ownServer(),
  baseURL: async ({ server }, use) => {
    await use(server.url)
  },
  page: alivePage,
})

export { expect }
