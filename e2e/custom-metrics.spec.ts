/** Story: an engineer defines a metric of their own, sees it on live data before it is saved, and finds its chart and monitor. */
import { enter } from './pages/door'
import { castNamed, seedDrift } from './support/seed'
import { expect, test } from './support/server'

test('a metric is written with a preview on live data, saved, counted from the log, and watched', async ({
  page,
  server,
}) => {
  await seedDrift(server, castNamed('measured'))
  await enter(page)
  await page.goto('/models/measured/outputs')
  await page.getByRole('link', { name: 'Define a metric' }).click()
  const form = page.locator('#define')
  await expect(page.getByRole('heading', { name: 'Custom metrics', level: 1 })).toBeVisible()
  const expression = form.getByLabel('Expression')

  await expression.fill('mean(incme)')
  await expect(
    form.getByText('Nothing is called incme here. Did you mean "income"? (at character 6)'),
  ).toBeVisible()
  await expect(form.getByRole('button', { name: 'Save the metric' })).toBeDisabled()

  await expression.fill("mean(income where region = 'EU')")
  await expect(form.getByRole('status')).toContainText('on the newest 1,000 records')
  await expect(form.getByRole('table').getByRole('columnheader').filter({ hasText: 'income' })).toBeVisible()
  await expect(form.getByText(/Windows of the last day/)).toBeVisible()

  await form.getByLabel('Name').fill('<b>mean</b> "income" of EU')
  await form.getByLabel('Unit').fill('kEUR')
  await form.getByLabel('Bad when it').selectOption('up')
  await form.getByLabel('Why').fill('Asked for by risk.')
  await form.getByRole('button', { name: 'Save the metric' }).click()
  await expect(form.getByText('is counted from the log that is kept.')).toBeVisible()

  await expect(async () => {
    await page.goto('/models/measured/outputs')
    const chart = page.getByRole('figure').filter({ hasText: '<b>mean</b> "income" of EU (kEUR)' })
    await expect(chart).toBeVisible()
    await chart.getByText('Show table').click({ timeout: 2_000 })
    await expect(chart.getByRole('row')).not.toHaveCount(1, { timeout: 2_000 })
    expect(await chart.getByRole('row').count()).toBeGreaterThan(10)
  }).toPass()
  const chart = page.getByRole('figure').filter({ hasText: '<b>mean</b> "income" of EU (kEUR)' })
  await chart.getByRole('link', { name: 'Monitor' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('<b>mean</b> "income" of EU')
  await page.getByLabel('Compared with').selectOption('none')
  await page.getByText('Set by hand').click()
  await page.getByLabel('Highest value that is fine').fill('45')
  await page.getByRole('button', { name: /Try on the last 30 days/ }).click()
  await expect(page.getByText(/With these settings it would have fired/)).toBeVisible()
})
