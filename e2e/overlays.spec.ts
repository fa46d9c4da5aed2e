/** Story: whatever opens over a page, and the pages before the door, is readable for everybody and breaks no rule. */
import type { Page } from '@playwright/test'
import { AlertPage } from './pages/alert'
import { enter } from './pages/door'
import { closeOverlay, overlay } from './pages/overlay'
import { findBlemishes, watchFaults } from './support/looks'
import { castNamed, putReference, seedDrift } from './support/seed'
import { expect, startWithPages, test } from './support/server'

/** A refused password or token is an answer; the browser notes every such answer as an error of its own. */
const REFUSED = /Failed to load resource: the server responded with a status of 4\d\d/

async function expectReadableOverlay(page: Page, name: string): Promise<void> {
  await expect(overlay(page)).toBeVisible()
  expect.soft(await findBlemishes(page, '[role=dialog]'), name).toEqual([])
}

test('making and revoking a key, and adding and deleting a channel', async ({ page }) => {
  const faults = await watchFaults(page)
  await enter(page)

  await page.goto('/settings/keys')
  await page.getByRole('button', { name: 'New key' }).click()
  await expectReadableOverlay(page, 'new key')
  await overlay(page).getByLabel('Name').fill('a shipper with quite a long name, on prod-3 in Frankfurt')
  await overlay(page).getByRole('button', { name: 'Make the key' }).click()
  await expect(overlay(page).getByText('cannot be shown again')).toBeVisible()
  await expectReadableOverlay(page, 'key shown once')
  await closeOverlay(page)
  expect.soft(await findBlemishes(page), 'the list of keys').toEqual([])
  await page.getByRole('button', { name: /^Revoke the key a shipper/ }).click()
  await expectReadableOverlay(page, 'revoking a key')
  await overlay(page).getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByRole('row', { name: /^a shipper with quite a long name/ })).toContainText('Revoked')

  await page.goto('/settings/channels')
  await page.getByRole('button', { name: 'New channel' }).click()
  await expectReadableOverlay(page, 'new channel')
  await overlay(page).getByLabel('Name').fill('pager')
  await overlay(page).getByLabel('Webhook address').fill('https://example.com/hook')
  await overlay(page).getByRole('button', { name: 'Add the channel' }).click()
  await expect(overlay(page).getByText('cannot be shown again')).toBeVisible()
  await expectReadableOverlay(page, 'secret shown once')
  await closeOverlay(page)
  expect.soft(await findBlemishes(page), 'the list of channels').toEqual([])
  await page.getByRole('button', { name: 'Delete the channel pager' }).click()
  await expectReadableOverlay(page, 'deleting a channel')
  await overlay(page).getByRole('button', { name: 'Keep it' }).click()
  await expect(overlay(page)).toHaveCount(0)
  expect(faults).toEqual([])
})

test('replacing a key shows the new one until somebody closes it', async ({ page, server }) => {
  const body = JSON.stringify({ name: 'to be replaced', scopes: ['ingest'] })
  const headers = { 'content-type': 'application/json' }
  expect((await server.fetch('/api/v1/keys', { method: 'POST', headers, body })).status).toBe(201)
  await enter(page)
  await page.goto('/settings/keys')
  const replace = page.getByRole('button', { name: 'Replace the key to be replaced', includeHidden: true })
  await replace.click()
  await overlay(page).getByRole('button', { name: 'Make the new key' }).click()
  await expect(overlay(page).getByText('cannot be shown again')).toBeVisible()
  // The list behind it has both by now, and offers no third.
  await expect(replace).toHaveCount(0)
  await expect(overlay(page).getByText('cannot be shown again')).toBeVisible()
  await closeOverlay(page)
})

test('editing and activating a profile, and the help on keys', async ({ page, server }) => {
  const profileId = await putReference(server, castNamed('overlays'), false)
  const faults = await watchFaults(page)
  await enter(page)
  await page.goto(`/models/overlays/versions/2026-11/profiles/${profileId}`)
  for (const column of ['income', 'region']) {
    await page.getByRole('button', { name: `Edit the expectations of ${column}` }).click()
    await expectReadableOverlay(page, `expectations of ${column}`)
    await closeOverlay(page)
  }
  await page.getByRole('button', { name: 'Activate' }).click()
  await expectReadableOverlay(page, 'activating a profile')
  await closeOverlay(page)
  await page.keyboard.press('?')
  await expectReadableOverlay(page, 'the help on keys')
  await closeOverlay(page)
  expect(faults).toEqual([])
})

test('silencing an alert says so on every page that tells of it', async ({ page, server }) => {
  const { alertId } = await seedDrift(server, castNamed('to-be-quiet'))
  const faults = await watchFaults(page)
  await enter(page)
  const alert = new AlertPage(page)
  await alert.open(alertId)
  await page.getByRole('button', { name: 'Silence…' }).click()
  await expectReadableOverlay(page, 'silencing an alert')
  await alert.silence('The campaign of November')
  await expect(page.getByText(/^Silenced until .*: The campaign of November$/)).toBeVisible()
  expect.soft(await findBlemishes(page), 'a silenced alert').toEqual([])
  await page.goto('/alerts?state=silenced')
  await expect(page.getByRole('row', { name: /to-be-quiet/ })).toContainText('Silenced')
  expect(faults).toEqual([])
})

test('signing in, also with a wrong password', async ({ page, server }) => {
  const faults = await watchFaults(page)
  await page.goto(`${server.url}/sign-in`)
  expect.soft(await findBlemishes(page), 'sign-in').toEqual([])
  await page.getByLabel('Name').fill('admin')
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Name or password is wrong.')).toBeVisible()
  expect.soft(await findBlemishes(page), 'sign-in refused').toEqual([])
  expect(faults.filter((fault) => !REFUSED.test(fault))).toEqual([])
})

test('set-up by a good link and by a wrong one', async ({ page }) => {
  await using fresh = await startWithPages()
  const link = new URL(/http\S+\/setup\?token=\S+/.exec(fresh.output())?.[0] ?? '')
  const faults = await watchFaults(page)
  await page.goto(`${fresh.url}/setup`)
  await expect(page.getByLabel('Set-up token')).toBeVisible()
  expect.soft(await findBlemishes(page), 'set-up without a token').toEqual([])
  await page.goto(`${fresh.url}/setup?token=wrong`)
  await page.getByLabel('Password').fill('a long enough password')
  await page.getByRole('button', { name: 'Create the administrator' }).click()
  await expect(page.getByText(/not valid/)).toBeVisible()
  expect.soft(await findBlemishes(page), 'set-up refused').toEqual([])
  expect(faults.filter((fault) => !REFUSED.test(fault))).toEqual([])
  faults.length = 0
  await page.goto(`${fresh.url}${link.pathname}${link.search}`)
  await expect(page.getByRole('heading', { name: 'Make this instance yours' })).toBeVisible()
  expect.soft(await findBlemishes(page), 'set-up').toEqual([])
  expect(faults).toEqual([])
})
