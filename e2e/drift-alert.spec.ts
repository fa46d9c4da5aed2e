/** Story: on-call follows a drift alert from the fleet to its cause, takes it, and keeps it quiet. */
import { AlertPage } from './pages/alert'
import { enter } from './pages/door'
import { closeOverlay } from './pages/overlay'
import { castNamed, putReference, seedDrift } from './support/seed'
import { expect, test } from './support/server'

test('on-call follows a drift alert to the feature, acknowledges, silences and resolves it', async ({
  page,
  server,
}) => {
  const { alertId } = await seedDrift(server, castNamed('loan-default'))
  await enter(page)
  await expect(page.getByText(/ is worst of \d+ models\.| has (an|\d+) open alerts?\./)).toBeVisible()

  await page
    .getByRole('row', { name: /loan-default/ })
    .getByRole('link')
    .nth(1)
    .click()
  const alert = new AlertPage(page)
  await expect(page.getByRole('heading', { name: 'How sure' })).toBeVisible()
  await alert.open(alertId)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('income')
  const since = alert.section('Since when')
  await expect(since.getByRole('img')).toBeVisible()
  await since.getByRole('img').focus()
  await expect(since.locator('svg.recharts-surface')).toBeVisible()
  await expect(alert.section('First suspicions')).toContainText('Did missing values surge?')

  // On paper nothing can be scrolled to: every table is as wide as a page of A4.
  await page.emulateMedia({ media: 'print' })
  await page.setViewportSize({ width: 703, height: 1_000 })
  const tooWide = (tables: Element[]) =>
    tables.filter((table) => table.scrollWidth > (table.parentElement?.clientWidth ?? 0)).length
  expect(await page.locator('table').evaluateAll(tooWide)).toBe(0)
  await page.emulateMedia({ media: null })
  await page.setViewportSize({ width: 1280, height: 900 })

  await alert.section('What contributes').getByRole('link', { name: 'income' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'income' })).toBeVisible()
  const chosen = page.getByRole('region', { name: 'The chosen window' })
  await expect(chosen.getByRole('img')).toBeVisible()
  const before = await chosen.locator('strong').textContent()
  await chosen.getByRole('link', { name: /earlier/ }).press('Enter')
  await expect(chosen.locator('strong')).not.toHaveText(before ?? '')
  await page.getByText('Show table').first().click()
  await expect(page.getByRole('table').first()).toContainText('Severe')

  await alert.open(alertId)
  await page.keyboard.press('a')
  await expect(alert.acknowledge()).toHaveCount(0)
  await expect(alert.section('Timeline')).toContainText('Acknowledged by admin')

  await page.keyboard.press('s')
  await alert.silence('A known campaign')
  await expect(page.getByText(/Silenced until .*A known campaign/)).toBeVisible()
  await page.goto('/alerts?state=silenced')
  await expect(page.getByRole('table').first()).toContainText('income')

  await alert.open(alertId)
  await page.keyboard.press('r')
  await alert.resolve('The campaign is over.')
  await expect(alert.section('Timeline')).toContainText('Resolved by admin: The campaign is over.')
})

test('rows are reached with j and k, and ? tells the keys', async ({ page, server }) => {
  await putReference(server, castNamed('keyboard'), false)
  await enter(page)
  await expect(page.getByRole('link', { name: 'keyboard' })).toBeVisible()
  await page.keyboard.press('j')
  await expect(page.locator('[data-row] a:focus')).toHaveCount(1)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
  await closeOverlay(page)
  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await expect(page.getByRole('heading', { level: 1, name: 'Alerts' })).toBeVisible()
})
