/** Story: somebody sends names that try to leave their place; every page shows them as text, and nothing runs. */
import type { Page } from '@playwright/test'
import { inputPath, modelPath } from '../app/links'
import { enter } from './pages/door'
import { DOOR_PAGES, everyPage } from './pages/every-page'
import { closeOverlay, overlay } from './pages/overlay'
import { pagesNotIn } from './pages/page-files'
import { ENTITY_NAMES, HOSTILE, HOSTILE_NAMES, type HostileSeed, seedHostile } from './support/hostile'
import { overflowOf, watchFaults } from './support/looks'
import { test as base, expect, ownServer } from './support/server'

/** A server of its own: other stories would meet these names. */
const test = base.extend({ server: ownServer() })

/** The page that is not there says so with its status, which the browser notes as an error. */
const NOT_FOUND = /Failed to load resource: the server responded with a status of 404/

/** What only a name that left its place can have made. */
const INTRUDERS =
  'iframe, img, [srcdoc], [onload], [onerror], [onclick], [onfocus], [onmouseover], a[href^="javascript:" i], a[href^="data:" i]'

/** Every page is looked at, whatever one of them shows. */
const softly = expect.configure({ soft: true, timeout: 5_000 })

const ADDRESSES = HOSTILE_NAMES.filter((name) =>
  /^(?:javascript|%|\.\.|__proto|\u202E|👩|\{\{|&lt)/u.test(name),
)

async function look(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect.soft(await page.locator(INTRUDERS).count(), `${path}: a name became markup`).toBe(0)
  await softly.poll(() => overflowOf(page), { message: path }).toBe(0)
}

/** Tooltips and tables are made when somebody asks for them. */
async function lookIntoCharts(page: Page): Promise<void> {
  const picture = page.locator('figure [role=img]').first()
  if ((await picture.count()) === 0) return
  await picture.hover()
  await page.locator('svg.recharts-surface').first().hover()
  await page.getByText('Show table').first().click()
  await page.getByRole('table').first().waitFor()
}

let seeded: HostileSeed

test.beforeAll(async ({ server }) => {
  test.setTimeout(300_000)
  seeded = await seedHostile(server)
})

test('names that try to break out are shown as text on every page', async ({ page, server, browser }) => {
  test.setTimeout(480_000)
  const faults = await watchFaults(page)
  const cast = { ...HOSTILE, drifting: HOSTILE_NAMES[4] }
  const pages = everyPage(cast, seeded)
  expect(pagesNotIn([...pages, ...DOOR_PAGES])).toEqual([])

  const outside = await browser.newPage({ baseURL: server.url })
  faults.push(...(await watchFaults(outside)))
  for (const path of DOOR_PAGES) {
    const name = encodeURIComponent(HOSTILE_NAMES[1])
    await look(
      outside,
      `${path}?token=${name}&next=${name}&from=${encodeURIComponent('javascript:alert(50)')}`,
    )
  }
  await outside.close()

  await enter(page)
  for (const path of pages) {
    await page.setViewportSize({ width: 1280, height: 900 })
    await look(page, path)
    await lookIntoCharts(page)
    await page.setViewportSize({ width: 390, height: 844 })
    await softly.poll(() => overflowOf(page), { message: `${path} on a phone` }).toBe(0)
  }
  // In the address and the title, the names that an address or a title could trip over.
  for (const name of ADDRESSES) await look(page, inputPath(HOSTILE.model, name))
  for (const name of ENTITY_NAMES.slice(-2)) await look(page, modelPath(name))

  await page.goto(inputPath(HOSTILE.model, HOSTILE_NAMES[3]))
  await expect(page.getByRole('heading', { level: 1 })).toContainText(HOSTILE_NAMES[3])
  await expect(page).toHaveTitle(/<\/title><script>alert\(4\)/)
  expect(faults.filter((fault) => !NOT_FOUND.test(fault))).toEqual([])
})

test('what opens over a page shows such names as text, too', async ({ page }) => {
  const faults = await watchFaults(page)
  await enter(page)
  await page.goto('/alerts?state=silenced')
  await page.getByRole('button', { name: 'New silence…' }).click()
  const dialog = overlay(page)
  await dialog.getByLabel('Models').fill('*')
  await dialog.getByRole('button', { name: 'What would it silence?' }).click()
  await expect(dialog.getByText(/open alerts? match/)).toContainText(HOSTILE.model)
  await closeOverlay(page)
  await page.goto('/settings/channels')
  await page.getByLabel('Model', { exact: true }).fill(HOSTILE_NAMES[0])
  await page.getByRole('button', { name: 'Who would hear of it?' }).click()
  await expect(page.getByText(/would hear of it\./)).toContainText(HOSTILE_NAMES[0])
  await page.goto('/settings/keys')
  await page.getByRole('button', { name: `Revoke the key ${HOSTILE_NAMES[0]}` }).click()
  await expect(dialog).toContainText(HOSTILE_NAMES[0])
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator(INTRUDERS).count()).toBe(0)
  expect(faults).toEqual([])
})
