/** Story: an engineer checks an uploaded profile, changes an expectation, and puts it in force. */
import { enter } from './pages/door'
import { castNamed, putReference } from './support/seed'
import { expect, test } from './support/server'

test('an uploaded profile is edited as a draft and fixed once active', async ({ page, server }) => {
  await putReference(server, castNamed('draft-check'), false)
  await enter(page)
  await page.goto('/models/draft-check/versions')
  await page.getByRole('link', { name: 'Revision 1' }).click()
  await expect(page.getByText('This draft is not in force.')).toBeVisible()

  await page.getByRole('button', { name: 'Edit the expectations of age' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('To', { exact: true }).fill('120')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('row', { name: /^age/ })).toContainText('and 120.')

  await page.getByRole('button', { name: 'Activate' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Activate now' }).click()
  await expect(page.getByText(/This profile is in force since/)).toBeVisible()
  await expect(page.getByRole('button', { name: /Edit the expectations/ })).toHaveCount(0)

  await page.goto('/models/draft-check/settings')
  await page.getByLabel('Owner').fill('Risk team')
  await expect(
    page.getByText(/At one alert a fortnight, hourly windows and \d+ columns, a shift/),
  ).toBeVisible()
  await page.getByLabel('False alarms allowed in a fortnight').fill('0.5')
  await page.getByLabel('Length of one window').selectOption('one day')
  await expect(
    page.getByText(/At one alert in 4 weeks, daily windows and \d+ columns, a shift/),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('False alarms allowed in a fortnight')).toHaveValue('0.5')
})
