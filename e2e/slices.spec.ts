/** Story: somebody suspects one region, looks at it by itself, and is told of what moves there and nowhere else. */
import { AlertPage } from './pages/alert'
import { enter } from './pages/door'
import { seedRegions, untilToldOf } from './support/regions'
import { send } from './support/send'
import { expect, test } from './support/server'

test('a slice is defined, judged, and alone on the alert that it raises', async ({ page, server }) => {
  await seedRegions(server, 'parity')
  await enter(page)
  await page.goto('/models/parity')
  await page.getByRole('link', { name: 'Slices', exact: true }).click()
  await expect(page.getByText('No slice is kept up yet.', { exact: false })).toBeVisible()

  await page.getByRole('button', { name: 'region', exact: true }).click()
  await page.getByLabel('Name').fill('Europe <i>')
  await page.getByLabel('Values').fill('EU')
  await page.getByRole('button', { name: 'How many records?' }).click()
  await expect(page.getByText(/of the latest 1,000 stored records lie in it \(8\.\d ?%\)/)).toBeVisible()
  await page.getByRole('button', { name: 'Save slice' }).click()
  const slices = page.getByRole('region', { name: 'Slices, worst first' })
  const row = slices.getByRole('row', { name: /Europe <i>/ })
  await expect(row).toContainText('region = EU')

  // Its history is read from the log, then its newest windows are judged.
  const alertId = await untilToldOf(server, 'parity', 'Europe <i>')
  await page.reload()
  await expect(row).toContainText(/Drift|Severe/)
  await expect(row).toContainText('income')
  await expect(page.getByText(/^Europe <i> moved: income is beyond its limit/)).toBeVisible()

  const alert = new AlertPage(page)
  await alert.open(alertId)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('slice Europe <i>')
  const hit = alert.section('Who is hit')
  await expect(hit.getByRole('row', { name: /Europe <i>/ })).toContainText(/Drift|Severe/)
  await expect(hit.getByRole('row', { name: /All records/ })).toContainText('Normal')

  await page.goto('/monitors?model=parity&slice=Europe%20%3Ci%3E')
  const monitor = page.getByRole('row', { name: /Distribution drift: income Europe <i>/ })
  await expect(monitor).toContainText('Firing')
  // It is tried on what is stored from before anybody looked at Europe, too.
  await monitor.getByRole('link').first().click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('slice Europe <i>')
  await page.getByRole('button', { name: /Try on the last 30 days/ }).click()
  await expect(
    page.getByText(
      /^It .* judged for\. With these settings it would have fired .* of data that are stored\.$/,
    ),
  ).toBeVisible()

  // What people measure can be narrowed to it.
  await page.goto('/models/parity/metrics')
  const expression = page.getByLabel('Expression')
  await expression.fill('mean(income)')
  await page.getByRole('button', { name: 'Europe <i>' }).click()
  await expect(expression).toHaveValue("mean(income where not is_missing(region) and region = 'EU')")
  await expect(page.locator('#define').getByRole('status')).toContainText('on the newest 1,000 records')

  // Or it is counted there, beside all records.
  const form = page.locator('#define')
  await form.getByLabel('Name').fill('usual <b>')
  await expression.fill('mean(income)')
  await form.getByRole('checkbox', { name: 'Europe <i>' }).check()
  await form.getByRole('button', { name: 'Save the metric' }).click()
  await expect(form.getByText('is counted from the log that is kept.')).toBeVisible()
  const customs = page.getByRole('region', { name: 'Custom metrics by slice' })
  await expect(async () => {
    await page.goto('/models/parity/slices')
    await expect(customs.getByRole('row', { name: /Europe <i>/ })).toContainText('825', { timeout: 2_000 })
    await expect(customs.getByRole('row', { name: /All records/ })).toContainText('9,900', { timeout: 2_000 })
  }).toPass()
  await page.goto('/models/parity/metrics')
  await expect(page.getByRole('figure').filter({ hasText: 'usual <b> in Europe <i>' })).toBeVisible()

  // The outputs, which show all records, lead to the slices.
  await page.goto('/models/parity/outputs')
  await page.getByRole('link', { name: 'In 1 slice beside all records' }).click()
  await expect(customs.getByRole('row', { name: /Europe <i>/ })).toContainText('825')

  // When all slices are in use, the page says so, and what can still be done.
  for (let least = 1; least <= 9; least++) {
    const conditions = [{ on: 'feature', name: 'income', op: 'range', atLeast: least }]
    await send(server, 'PUT', '/api/v1/models/parity/slices', { name: `From ${least}`, conditions })
  }
  await page.reload()
  await expect(
    page.getByText(/^All 10 slices of this model are in use\. To make room .* delete one/),
  ).toBeVisible()
  await expect(page.getByRole('heading', { name: 'A new slice' })).toHaveCount(0)
  await expect(page.getByRole('combobox', { name: /^Slice/ }).getByRole('option')).toHaveCount(10)
})
