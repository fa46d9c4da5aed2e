/** Story: somebody picks what they already run, copies a configuration with a key in it, and sees the first record come. */
import { enter } from './pages/door'
import { findBlemishes, watchFaults } from './support/looks'
import { expect, test } from './support/server'

test('a ready configuration with a fresh key brings a first record, and the page says so', async ({
  page,
  server,
}) => {
  const faults = await watchFaults(page)
  await enter(page)
  await page.goto('/ingest')
  await page.getByRole('radio', { name: 'curl' }).focus()
  // One stop for the keyboard, arrows inside.
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('heading', { level: 3, name: 'Python, requests' })).toBeVisible()
  await page.getByRole('radio', { name: 'Vector' }).check()
  await expect(page).toHaveURL(/\?sender=vector$/)
  await page.getByLabel('Model', { exact: true }).fill('churn')
  const config = page.locator('pre', { hasText: 'sinks:' })
  await expect(config).toContainText('token: "YOUR_INGEST_KEY"')
  await expect(config).toContainText('/api/v1/ingest/churn"')

  await page.getByRole('button', { name: 'Make an ingest key' }).click()
  await expect(page.getByText('stands in the configuration')).toBeVisible()
  const key = /token: "(plb_[\w-]+)"/.exec((await config.textContent()) ?? '')?.[1]
  await expect(page.getByRole('status')).toContainText('Waiting')
  expect(await findBlemishes(page)).toEqual([])
  await page.getByRole('radio', { name: 'KServe' }).check()
  await expect(page.locator('pre', { hasText: 'InferenceService' })).toContainText(
    `/api/v1/ingest/k/${key}/churn"`,
  )

  const response = await fetch(`${server.url}/api/v1/ingest/churn`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: '{"prediction_id":"first","version":"1","features":{"age":4}}',
  })
  expect(response.status).toBe(200)
  await expect(page.getByRole('status')).toContainText('First record received')
  await expect(page.getByRole('status')).toContainText('churn')

  await page.reload()
  await expect(page.getByRole('heading', { level: 3, name: 'KServe' })).toBeVisible()
  await expect(page.getByText(String(key))).toHaveCount(0)
  expect(faults).toEqual([])
})
