/** Owns what a test does on the alert page. */
import type { Locator, Page } from '@playwright/test'
import { expect } from '../support/server'
import { overlay } from './overlay'

export class AlertPage {
  constructor(readonly page: Page) {}

  async open(alertId: number): Promise<void> {
    await this.page.goto(`/alerts/${alertId}`)
    await this.page.getByRole('heading', { name: 'How sure' }).waitFor()
  }

  section(name: string): Locator {
    return this.page.locator('section').filter({ has: this.page.getByRole('heading', { level: 2, name }) })
  }

  acknowledge(): Locator {
    return this.page.getByRole('button', { name: 'Acknowledge' })
  }

  async silence(reason: string): Promise<void> {
    const dialog = overlay(this.page)
    await dialog.getByLabel('1 day').check()
    await dialog.getByLabel('Why').fill(reason)
    await dialog.getByRole('button', { name: 'Silence' }).click()
    await expect(dialog).toHaveCount(0)
  }

  async resolve(note: string): Promise<void> {
    const dialog = overlay(this.page)
    await dialog.getByLabel('Why').fill(note)
    await dialog.getByRole('button', { name: 'Resolve' }).click()
    await expect(dialog).toHaveCount(0)
  }
}
