/** Story: every page is readable for everybody: on a phone, in the dark, without a mouse, with any name. */
import type { Page } from '@playwright/test'
import { enter } from './pages/door'
import { everyPage } from './pages/every-page'
import { findBlemishes, overflowOf, watchFaults } from './support/looks'
import { type Cast, castNamed, seedDrift } from './support/seed'
import { expect, test } from './support/server'

/** Names that try to leave their place. Models may hold no slash; features may. */
const HOSTILE: Cast = {
  model: '"><img src=x onerror=alert(1)>\u202Etxt',
  version: `v'; DROP TABLE models;-- %2e {{7*7}} \${x}`,
  drifting: '<script>alert(1)</script>/../a%2Fb',
  calm: '..',
  category: `javascript:alert(1)${'x'.repeat(150)}`,
  categories: ['<svg onload=alert(1)>', '=cmd|calc', 'مرحبا\u200B', 'C:\\x'],
}

/** The page that is not there says so with its status, which the browser notes as an error. */
const NOT_FOUND = /Failed to load resource: the server responded with a status of 404/

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const charts = page.locator('figure')
  if ((await charts.count()) > 0) await page.locator('figure [role=img]').first().waitFor()
}

test('every page passes the accessibility rules, in light and dark, and fits a phone', async ({
  page,
  server,
}) => {
  test.setTimeout(240_000)
  const cast = castNamed('for-everybody')
  const seeded = await seedDrift(server, cast)
  const faults = await watchFaults(page)
  await enter(page)
  for (const path of everyPage(cast, seeded)) {
    await visit(page, path)
    expect.soft(await findBlemishes(page), path).toEqual([])
  }
  expect(faults.filter((fault) => !NOT_FOUND.test(fault))).toEqual([])
})

test('the chosen theme survives, and a phone shows the chart of an alert within two screens', async ({
  page,
  server,
}) => {
  const { alertId } = await seedDrift(server, castNamed('on-a-phone'))
  await enter(page)
  await page.getByText('admin', { exact: true }).click()
  await page.getByLabel('Theme').selectOption('dark')
  await page.setViewportSize({ width: 390, height: 844 })
  await visit(page, `/alerts/${alertId}`)
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const chart = await page.locator('figure [role=img]').first().boundingBox()
  expect((chart?.y ?? 9_999) + (chart?.height ?? 0)).toBeLessThan(2 * 844)
})

test('names that try to break out are shown as text on every page', async ({ page, server }) => {
  test.setTimeout(180_000)
  const seeded = await seedDrift(server, HOSTILE)
  const faults = await watchFaults(page)
  await enter(page)
  for (const path of everyPage(HOSTILE, seeded)) {
    await page.setViewportSize({ width: 1280, height: 900 })
    await visit(page, path)
    expect.soft(await overflowOf(page), path).toBe(0)
    const picture = page.locator('figure [role=img]').first()
    if ((await picture.count()) > 0) {
      await picture.hover()
      await page.locator('svg.recharts-surface').first().hover()
    }
    await page.setViewportSize({ width: 390, height: 844 })
    expect.soft(await overflowOf(page), `${path} on a phone`).toBe(0)
  }
  await page.goto('/')
  await expect(page.getByText(HOSTILE.model).first()).toBeVisible()
  expect(faults.filter((fault) => !NOT_FOUND.test(fault))).toEqual([])
})
