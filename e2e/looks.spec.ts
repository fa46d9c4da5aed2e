/** Story: every page is readable for everybody: on a phone, in the dark, without a mouse. */
import type { Page } from '@playwright/test'
import { enter } from './pages/door'
import { DOOR_PAGES, everyPage } from './pages/every-page'
import { pagesNotIn } from './pages/page-files'
import { findBlemishes, watchFaults } from './support/looks'
import { castNamed, seedDrift } from './support/seed'
import { expect, test } from './support/server'

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
  test.setTimeout(480_000)
  const cast = castNamed('for-everybody')
  const seeded = await seedDrift(server, cast)
  const faults = await watchFaults(page)
  await enter(page)
  const pages = everyPage(cast, seeded)
  expect(pagesNotIn([...pages, ...DOOR_PAGES])).toEqual([])
  for (const path of pages) {
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
