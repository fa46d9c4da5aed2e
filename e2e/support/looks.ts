/** Owns looking at what is on the screen in every dress: light, dark and narrow, by the accessibility rules. */
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

const DRESSES = [
  { name: 'light', colorScheme: 'light', width: 1280 },
  { name: 'dark', colorScheme: 'dark', width: 1280 },
  { name: 'on a phone', colorScheme: 'light', width: 390 },
] as const

/** Everything a browser complains about: errors in the console, broken content rules, exceptions, dialogs of scripts. */
export async function watchFaults(page: Page): Promise<string[]> {
  const faults: string[] = []
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()} at ${message.location().url}`)
  })
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy broken: ${event.violatedDirective} by ${event.blockedURI}`)
    })
  })
  return faults
}

/**
 * What breaks the accessibility rules or the width, in every dress. `within` limits it to one part, an overlay.
 * What a second look does not find was a page that showed what was new at that moment.
 */
export async function findBlemishes(page: Page, within?: string): Promise<string[]> {
  const found = await lookAtAll(page, within)
  if (found.size === 0) return []
  const again = await lookAtAll(page, within)
  return [...again].filter(([kind]) => found.has(kind)).map((blemish) => blemish.join(': '))
}

/** Where each kind of blemish was seen. */
async function lookAtAll(page: Page, within?: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const { name, colorScheme, width } of DRESSES) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    // A page that shows what was changed gets its title a moment after its content.
    await page.waitForFunction(() => document.title !== '')
    // No frames here: the mode that opens no second page for each look.
    const rules = new AxeBuilder({ page }).setLegacyMode()
    const { violations } = await (within ? rules.include(within) : rules).analyze()
    for (const { id, nodes } of violations) found.set(`${name}: ${id}`, String(nodes[0]?.html))
    const over = await overflowOf(page)
    if (over > 0) found.set(`${name}: too wide`, `${over} px`)
  }
  await page.setViewportSize({ width: 1280, height: 900 })
  return found
}

/** Pixels by which the page is wider than its window. */
export async function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}
