/** Owns what a test does at the door: claiming and signing in. */
import type { Page } from '@playwright/test'
import { untilAlive } from '../support/alive'
import { ADMIN } from '../support/server'

export async function signIn(page: Page, password: string = ADMIN.password): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Name').fill(ADMIN.name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Signed in, and on the models page. */
export async function enter(page: Page): Promise<void> {
  await untilAlive(page, () => signIn(page))
  await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByText(ADMIN.name, { exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
}
