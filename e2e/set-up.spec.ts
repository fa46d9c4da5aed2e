/** Story: an operator claims a fresh instance, leaves, and comes back. */
import { test as base, expect, type Page } from '@playwright/test'
import { signOut } from './pages/door'
import { alivePage, untilAlive } from './support/alive'
import { startWithPages } from './support/server'

/** With a server of its own that nobody has claimed. */
const test = base.extend<{ page: Page }>({ page: alivePage })

test('an operator claims a fresh instance by its one-time link, and the link works once', async ({
  page,
}) => {
  await using server = await startWithPages()
  const link = /http\S+\/setup\?token=\S+/.exec(server.output())?.[0]
  expect(link).toBeDefined()

  await page.goto(server.url)
  await expect(page.getByRole('heading', { name: 'Make this instance yours' })).toBeVisible()

  await page.goto(`${server.url}/setup?token=wrong`)
  await page.getByLabel('Password').fill('a long enough password')
  await page.getByRole('button', { name: 'Create the administrator' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'not valid' })).toBeVisible()

  await page.goto(`${server.url}${new URL(link ?? '').pathname}${new URL(link ?? '').search}`)
  await page.getByLabel('Password').fill('a long enough password')
  await untilAlive(page, () => page.getByRole('button', { name: 'Create the administrator' }).click())
  await expect(page.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible()
  await expect(page.getByText('Send a first record')).toBeVisible()

  await signOut(page)
  await page.getByLabel('Name').fill('admin')
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'wrong' })).toBeVisible()

  await page.goto(`${server.url}/alerts?state=resolved`)
  await page.getByLabel('Name').fill('admin')
  await page.getByLabel('Password').fill('a long enough password')
  await untilAlive(page, () => page.getByRole('button', { name: 'Sign in' }).click())
  await expect(page).toHaveURL(/\/alerts\?state=resolved$/)
  await signOut(page)

  await page.goto(`${server.url}/setup?token=anything`)
  await expect(page).toHaveURL(/\/sign-in/)
})
