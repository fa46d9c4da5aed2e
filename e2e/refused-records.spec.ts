/** Story: records are refused for a field in the wrong place; somebody maps it, hides another, and takes the records after all. */
import { enter } from './pages/door'
import { expect, test } from './support/server'

const MODEL = 'misplaced'

test('refused records are taken once their fields are mapped, each once', async ({ page, server }) => {
  const send = (id: string) =>
    server.fetch(`/api/v1/ingest/${MODEL}`, {
      method: 'POST',
      body: JSON.stringify({
        id,
        features: { age: 36, email: 'ada@example.org' },
        prediction: { answer: 'yes' },
      }),
    })
  expect((await send('a')).status).toBe(422)
  await enter(page)
  await page.goto('/ingest')
  await page.getByRole('button', { name: `Map the fields of ${MODEL}` }).click()

  const preview = page.getByRole('region', { name: 'Preview' })
  await expect(preview).toContainText('It would be refused')
  await page.getByLabel('Where prediction.answer goes').fill('prediction')
  await page.getByLabel('What is kept of features.email').selectOption('A keyed hash')
  await expect(preview).toContainText(/hmac:[0-9a-f]{32}/)
  await expect(preview).not.toContainText('It would be refused')
  await page.getByRole('button', { name: 'Save the rules' }).click()
  await expect(page.getByText('Saved. They hold for records that arrive from now on.')).toBeVisible()
  await expect(page.getByText('Changed 2 times')).toBeVisible()

  await page.goto('/ingest')
  const take = page.getByRole('button', { name: `Take the records of ${MODEL} refused for` })
  const dialog = page.getByRole('dialog')
  await take.click()
  await dialog.getByRole('button', { name: 'Take them' }).click()
  await expect(dialog).toContainText('1 record was taken.')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await take.click()
  await dialog.getByRole('button', { name: 'Take them' }).click()
  await expect(dialog).toContainText('0 records were taken. 1 had been taken before.')
})
