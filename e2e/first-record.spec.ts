/** Story: somebody makes a key, sends a first record with it, and sees it without reloading. */
import { enter } from './pages/door'
import { closeOverlay, overlay } from './pages/overlay'
import { expect, test } from './support/server'

test('a first record appears on the open page by itself', async ({ page, server }) => {
  await enter(page)
  await page.getByRole('link', { name: 'Keys', exact: true }).click()
  await page.getByRole('button', { name: 'New key' }).click()
  const dialog = overlay(page)
  await dialog.getByLabel('Name').fill('first shipper')
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  const key = await dialog.locator('code').textContent()
  await closeOverlay(page)
  await expect(page.getByRole('cell', { name: 'first shipper', exact: true })).toBeVisible()

  await page.getByRole('link', { name: 'Models', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible()
  const response = await fetch(`${server.url}/api/v1/ingest/first-come`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '7', features: { tenure: 3 }, prediction: 'stays', latency_ms: 8 }),
  })
  expect(response.status).toBe(200)
  await expect(page.getByRole('link', { name: 'first-come' })).toBeVisible()
  await expect(page.getByRole('row', { name: /first-come/ })).toContainText('Not monitored')

  await page.getByRole('link', { name: 'Ingest', exact: true }).click()
  await expect(page.getByRole('cell', { name: 'first-come', exact: true })).toBeVisible()
  await expect(page.getByText(/curl 'http:\S+\/api\/v1\/ingest\/credit-risk'/)).toBeVisible()
})

test('a record that comes after a page was rendered and before its stream opens appears too', async ({
  page,
  server,
}) => {
  await enter(page)
  let open = () => {}
  const isCounted = new Promise<void>((resolve) => {
    open = resolve
  })
  await page.route('**/api/v1/live*', async (route) => {
    await isCounted
    await route.continue()
  })
  await page.goto('/')
  await server.fetch('/api/v1/ingest/in-between', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: '1', features: { tenure: 3 }, prediction: 'stays' }),
  })
  const models = async () => (await server.fetch('/api/v1/models')).text()
  await expect.poll(models).toContain('in-between')
  await expect(page.getByRole('link', { name: 'in-between' })).toBeHidden()
  open()
  await expect(page.getByRole('link', { name: 'in-between' })).toBeVisible()
})
