/** Story: on-call finds that a monitor cried wolf, sets a better limit after trying it on the past, and silences the rest. */
import { AlertPage } from './pages/alert'
import { enter } from './pages/door'
import { castNamed, seedDrift } from './support/seed'
import { expect, test } from './support/server'

test('a false alarm leads to a better limit, tried on the past before it is saved', async ({
  page,
  server,
}) => {
  const { alertId } = await seedDrift(server, castNamed('tuning'))
  await enter(page)
  const alert = new AlertPage(page)
  await alert.open(alertId)
  await page.keyboard.press('t')
  await page.getByRole('dialog').getByRole('button', { name: 'Take it myself' }).click()
  await expect(page.getByText('with admin')).toBeVisible()
  await page.keyboard.press('x')
  await expect(page.getByRole('button', { name: /False alarm/ })).toHaveAttribute('aria-pressed', 'true')
  await page.getByLabel('Comment').fill('A campaign began that morning.')
  await page.getByRole('button', { name: 'Add' }).click()
  await expect(alert.section('Timeline')).toContainText('A campaign began that morning.')
  await expect(alert.section('What to do').getByRole('listitem').first()).toBeVisible()

  await page.goto('/monitors?model=tuning')
  const noisy = page.getByRole('row', { name: /Noisy/ }).first()
  await expect(noisy).toContainText('income')
  await noisy.getByRole('link').first().click()
  await expect(page.getByText(/people marked it false/)).toBeVisible()
  await page.getByRole('button', { name: 'Use it' }).click()
  await page.getByRole('button', { name: /Try on the last 30 days/ }).click()
  await expect(page.getByText(/With these settings it would not have fired/)).toBeVisible()
  await page.getByLabel('Why').fill('It cried wolf.')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'It cried wolf.' })).toContainText(
    'limit calibrated',
  )

  await page.goto('/alerts?state=silenced')
  await page.getByRole('button', { name: 'New silence…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Models').fill('tun*')
  await dialog.getByRole('button', { name: 'What would it silence?' }).click()
  await expect(dialog.getByText(/open alerts? match/)).toBeVisible()
  await dialog.getByLabel('Why').fill('We are tuning it.')
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click()
  await expect(page.getByRole('table', { name: '' }).getByText('We are tuning it.')).toBeVisible()
  await page.getByRole('button', { name: 'End now' }).click()
  await expect(page.getByText('None is in force.', { exact: false })).toBeVisible()
})
