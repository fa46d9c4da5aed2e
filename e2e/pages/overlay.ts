/** Owns what a test does with whatever lies over a page. */
import type { Locator, Page } from '@playwright/test'
import { expect } from '../support/server'

export const overlay = (page: Page): Locator => page.getByRole('dialog')

/** By the key; pressed again where it came before the overlay took keys. */
export async function closeOverlay(page: Page): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Escape')
    await expect(overlay(page)).toHaveCount(0, { timeout: 2_000 })
  }).toPass()
}
