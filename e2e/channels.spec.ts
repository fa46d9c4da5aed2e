/** Story: an administrator adds a channel, tries it, leads alerts to it, asks who would hear of one, and sets a sign of life. */
import type { Page } from '@playwright/test'
import { type Receiver, startReceiver } from '../lib/channels/testing'
import { enter } from './pages/door'
import { closeOverlay, overlay } from './pages/overlay'
import { findBlemishes, watchFaults } from './support/looks'
import { test as base, expect, ownServer } from './support/server'

/** A server that may call receivers on this machine. */
const test = base.extend<{ receiver: Receiver }, object>({
  server: ownServer({ PLUMBLINE_OUTBOUND_ALLOW: '127.0.0.0/8' }),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern
  receiver: async ({}, use) => {
    const receiver = await startReceiver()
    await use(receiver)
    await receiver.stop()
  },
})

const KINDS = ['webhook', 'slack', 'teams', 'pagerduty', 'email', 'alertmanager', 'alertmanager_webhook']

async function addChannel(page: Page, kind: string, fields: Record<string, string>): Promise<void> {
  await page.getByRole('button', { name: 'New channel' }).click()
  await overlay(page).getByLabel('Kind').selectOption(kind)
  for (const [label, text] of Object.entries(fields))
    await overlay(page).getByLabel(label, { exact: true }).fill(text)
  await overlay(page).getByRole('button', { name: 'Add the channel' }).click()
}

test('channels, routes and a sign of life', async ({ page, receiver }) => {
  const faults = await watchFaults(page)
  await enter(page)
  await page.goto('/settings/channels')

  await page.getByRole('button', { name: 'New channel' }).click()
  for (const kind of KINDS) {
    await overlay(page).getByLabel('Kind').selectOption(kind)
    if (kind === 'email') expect.soft(await findBlemishes(page, '[role=dialog]'), kind).toEqual([])
  }
  await closeOverlay(page)

  await addChannel(page, 'slack', { Name: 'team room', 'Incoming webhook': receiver.url })
  await expect(overlay(page)).toHaveCount(0)
  await addChannel(page, 'pagerduty', {
    Name: 'pager',
    'Events address': receiver.url,
    'Routing key': 'R'.repeat(32),
  })
  await expect(page.getByRole('heading', { name: 'pager' })).toBeVisible()
  await addChannel(page, 'email', {
    Name: 'mail',
    'Mail server': 'smtp://127.0.0.1:9',
    From: 'alerts@example.org',
    To: 'one@example.org, two@example.org',
  })
  await expect(page.getByText('to one@example.org, two@example.org')).toBeVisible()

  await page.getByRole('button', { name: 'Send a test to team room' }).click()
  await expect(
    page.getByText(/The receiver took the message with 200 in \d+ ms. It said: “ok”/),
  ).toBeVisible()
  receiver.behave({ kind: 'status', status: 404, body: 'no_service' })
  await page.getByRole('button', { name: 'Send a test to pager' }).click()
  await expect(page.getByText('The message did not arrive: http 404. It said: “no_service”')).toBeVisible()

  await page.getByRole('button', { name: 'New route' }).click()
  await overlay(page).getByLabel('Name').fill('fraud by day')
  await overlay(page).getByLabel('Models').fill('fraud*')
  await overlay(page).getByLabel('critical').check()
  await overlay(page).getByLabel('pager').check()
  await overlay(page).getByLabel('Only at certain hours').check()
  await overlay(page).getByLabel('Time zone').fill('Europe/Berlin')
  expect.soft(await findBlemishes(page, '[role=dialog]'), 'route').toEqual([])
  await overlay(page).getByRole('button', { name: 'Save the route' }).click()
  await expect(page.getByRole('row', { name: /fraud by day/ })).toContainText(
    'Critical alerts of fraud*, Mon–Fri 09:00–17:00 Europe/Berlin',
  )

  await page.getByLabel('Model', { exact: true }).fill('fraud-eu')
  await page.getByLabel('When, in your time; empty is now').fill('2026-11-17T10:00')
  await page.getByRole('button', { name: 'Who would hear of it?' }).click()
  await expect(page.getByText('pager (by fraud by day) would hear of it.')).toBeVisible()
  await page.getByLabel('When, in your time; empty is now').fill('2026-11-22T10:00')
  await page.getByRole('button', { name: 'Who would hear of it?' }).click()
  await expect(page.getByText('No route decides: team room, pager and mail would hear of it.')).toBeVisible()

  await page.getByRole('button', { name: 'Set it up' }).click()
  await overlay(page).getByLabel('Address to call').fill(receiver.url)
  await overlay(page).getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(/It goes to 127\.0\.0\.1:\d+ every 5 minutes/)).toBeVisible()

  await page.getByRole('button', { name: 'Change the channel mail' }).click()
  await expect(overlay(page).getByLabel('To', { exact: true })).toHaveValue(
    'one@example.org, two@example.org',
  )
  await expect(overlay(page).getByLabel('Password')).toHaveValue('')
  expect.soft(await findBlemishes(page, '[role=dialog]'), 'change').toEqual([])
  await closeOverlay(page)

  expect.soft(await findBlemishes(page), 'the whole page').toEqual([])
  expect(faults).toEqual([])
})
