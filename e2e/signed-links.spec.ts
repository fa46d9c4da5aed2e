/** Story: on-call is woken, opens the message on a phone, and takes what it tells of without signing in. */
import { signLink } from '../lib/access/signed-link'
import { type Receiver, startReceiver } from '../lib/channels/testing'
import { readSecretKey } from '../lib/runtime/secret-key'
import { enter } from './pages/door'
import { findBlemishes, watchFaults } from './support/looks'
import { ADMIN, test as base, expect, START_LIMIT_MS, startWithPages } from './support/server'
import { breach, listen, PUBLIC_URL, untilTold } from './support/told'

const DAY_MS = 24 * 3_600_000
const REFUSED = /Failed to load resource: the server responded with a status of (403|404|410)/

/** A server that says where it is reached, and tells of everything to a receiver on this machine. */
const test = base.extend<object, { receiver: Receiver }>({
  receiver: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern
    async ({}, use) => {
      const receiver = await startReceiver()
      await use(receiver)
      await receiver.stop()
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ receiver }, use) => {
      const gone = await startReceiver()
      const server = await startWithPages({
        PLUMBLINE_ADMIN_PASSWORD: ADMIN.password,
        PLUMBLINE_OUTBOUND_ALLOW: '127.0.0.0/8',
        PLUMBLINE_URL: PUBLIC_URL,
      })
      await listen(server, receiver, gone)
      await breach(server, 'fraud', ['v1', 'v2'])
      await breach(server, 'churn', ['v1'])
      await use(server)
      await server.dispose()
      await gone.stop()
    },
    { scope: 'worker', timeout: START_LIMIT_MS },
  ],
})

test('a link takes the alert that it was sent for, after it asked once', async ({ page, receiver }) => {
  const faults = await watchFaults(page)
  const { links } = await untilTold(receiver, 'churn v1')
  await page.goto(links.acknowledge ?? '')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Acknowledge this alert?')
  await expect(page.getByRole('blockquote')).toContainText('values of amount lie outside')
  expect(await findBlemishes(page)).toEqual([])
  await page.getByRole('button', { name: 'Acknowledge' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This alert is acknowledged.')
  await expect(page.getByText('By signed link sent to on-call room')).toBeVisible()
  await expect(page.getByRole('button')).toHaveCount(0)
  await page.goto(links.silence ?? '')
  await expect(page.getByRole('button', { name: 'Silence for 4 hours' })).toBeVisible()
  expect(faults).toEqual([])
})

test('a link for several takes all of them, and their pages say how', async ({ page, receiver }) => {
  const faults = await watchFaults(page)
  const { title, links } = await untilTold(receiver, '2 alerts on fraud')
  expect(title).toContain('[FIRING]')
  await page.goto(links.acknowledge ?? '')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Acknowledge these 2 alerts?')
  await expect(page.getByRole('listitem')).toContainText([/fraud v\d: .* amount/, /fraud v\d: .* amount/])
  expect(await findBlemishes(page)).toEqual([])
  await page.getByRole('button', { name: 'Acknowledge all 2' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('These 2 alerts are acknowledged.')
  expect(await findBlemishes(page)).toEqual([])
  await enter(page)
  await page.goto('/alerts?state=acknowledged')
  await page
    .getByRole('row', { name: /fraud v2/ })
    .getByRole('link')
    .click()
  await expect(page.getByText('signed link for a group sent to on-call room').first()).toBeVisible()
  expect(faults).toEqual([])
})

test('a link that is too old, or was changed, does nothing and says where to go', async ({
  page,
  server,
  receiver,
}) => {
  const faults = await watchFaults(page)
  const { links } = await untilTold(receiver, '2 alerts on fraud')
  const [action = '', about = '', channelId, , mac = ''] = (links.silence ?? '')
    .slice('/act/'.length)
    .split('.')
  const churn = await untilTold(receiver, 'churn v1')
  const token = (expiresMs: number) => {
    const act = { action: 'silence', about: 'alert', id: churn.alertId } as const
    const claim = { ...act, channelId: Number(channelId), expiresMs }
    return signLink(readSecretKey(server.dataDir), claim, churn.dedupKey)
  }
  const now = Date.now()
  for (const [path, title] of [
    [`/act/${token(now + DAY_MS)}`, 'Silence this alert for 4 hours?'],
    [`/act/${token(now - 1_000)}`, 'This link is over.'],
    [`/act/${[action, about, channelId, 'zzzzzz', mac].join('.')}`, 'This link is not valid.'],
    [`/act/${action}.${about}`, 'This is no link of this instance.'],
  ] as const) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
    await expect(page.getByRole('button')).toHaveCount(title.endsWith('?') ? 1 : 0)
  }
  // The pages of all refusals are made alike.
  expect(await findBlemishes(page)).toEqual([])
  await page.getByRole('link', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  expect(faults.filter((fault) => !REFUSED.test(fault))).toEqual([])
})

test('what is wrong with Plumbline itself is taken on its page, and its link says so', async ({
  page,
  receiver,
}) => {
  const faults = await watchFaults(page)
  const { links } = await untilTold(receiver, 'Plumbline: ')
  await enter(page)
  await page.goto('/alerts')
  const own = page.getByRole('region', { name: 'Alerts of Plumbline about itself' })
  const row = own.getByRole('row', { name: /old pager/ })
  await row.getByRole('button', { name: /^Acknowledge/ }).click()
  await expect(row).toContainText('Acknowledged by admin.')
  await expect(row.getByRole('button', { name: /^Acknowledge/ })).toHaveCount(0)
  expect(await findBlemishes(page)).toEqual([])
  await page.goto(links.acknowledge ?? '')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This alert is acknowledged.')
  await expect(page.getByText('By admin, at')).toBeVisible()
  await page.goto(links.silence ?? '')
  await page.getByRole('button', { name: 'Silence for 4 hours' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This alert is silenced.')
  expect(faults).toEqual([])
})
