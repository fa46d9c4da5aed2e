/** Story: every page is readable for everybody: on a phone, in the dark, without a mouse, with any name. */
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { enter } from './pages/door'
import { everyPage } from './pages/every-page'
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

function watch(page: Page): { faults: string[] } {
  const faults: string[] = []
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(message.text())
  })
  return { faults }
}

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const charts = page.locator('figure')
  if ((await charts.count()) > 0) await page.locator('figure [role=img]').first().waitFor()
}

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

test('every page passes the accessibility rules, in light and dark, and fits a phone', async ({
  page,
  server,
}) => {
  test.setTimeout(240_000)
  const cast = castNamed('for-everybody')
  const seeded = await seedDrift(server, cast)
  const { faults } = watch(page)
  await enter(page)
  for (const path of everyPage(cast, seeded)) {
    for (const scheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width: 1280, height: 900 })
      await page.emulateMedia({ colorScheme: scheme })
      await visit(page, path)
      const { violations } = await new AxeBuilder({ page }).analyze()
      const found = violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)
      expect.soft(found, `${path} in ${scheme}`).toEqual([])
    }
    await page.setViewportSize({ width: 390, height: 844 })
    expect.soft(await overflow(page), `${path} on a phone`).toBe(0)
  }
  expect(faults).toEqual([])
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
  const { faults } = watch(page)
  await enter(page)
  for (const path of everyPage(HOSTILE, seeded)) {
    await page.setViewportSize({ width: 1280, height: 900 })
    await visit(page, path)
    expect.soft(await overflow(page), path).toBe(0)
    const picture = page.locator('figure [role=img]').first()
    if ((await picture.count()) > 0) {
      await picture.hover()
      await page.locator('svg.recharts-surface').first().hover()
    }
    await page.setViewportSize({ width: 390, height: 844 })
    expect.soft(await overflow(page), `${path} on a phone`).toBe(0)
  }
  await page.goto('/')
  await expect(page.getByText(HOSTILE.model).first()).toBeVisible()
  expect(faults).toEqual([])
})
