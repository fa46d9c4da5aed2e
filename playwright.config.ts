/** Owns how the browser tests run: which Chromium, how long, what is kept of a failure. */
import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/chromium.mjs'

const executablePath = findChromium() ?? undefined

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  // Each spec starts servers of its own and waits for them most of the time: two at once keep two cores half busy.
  workers: 2,
  fullyParallel: false,
  // No speed is measured here: a machine that does much else must not fail a story.
  timeout: 240_000,
  expect: { timeout: 30_000, toPass: { timeout: 120_000 } },
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  outputDir: 'test-results',
  reporter: [['dot'], ['json']],
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    locale: 'en-GB',
    timezoneId: 'UTC',
  },
})
