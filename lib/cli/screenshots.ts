/** Owns the command `npm run screenshots`: the pictures of the README, taken from a running demo. Knows no store. */
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { BrowserContext, Page } from '@playwright/test'

const USAGE = `Usage: npm run screenshots -- [--url URL] [--name NAME] [--password PASSWORD] [--out FOLDER]

Takes the pictures of the README from a running instance that holds the demo.

  --url       address of the instance; by default PLUMBLINE_URL, else http://127.0.0.1:PORT
  --name      who signs in; by default admin
  --password  by default PLUMBLINE_ADMIN_PASSWORD
  --out       by default docs/images`

/** Debian's Chromium; elsewhere Playwright's own. */
const SYSTEM_CHROMIUM = '/usr/bin/chromium'
const DESK = { width: 1280, height: 860 }
const PHONE = { width: 390, height: 844 }
/** High enough for all lanes, and for no more than one model. */
const LANES = { width: 1280, height: 1_125 }
const STRIP = { width: 1280, height: 420 }
/** Charts are drawn after the page; nothing moves once they are. */
const SETTLE_MS = 1_000

interface Options {
  readonly url: string
  readonly name: string
  readonly password: string
  readonly out: string
}

interface Picture {
  readonly file: string
  readonly path: string
  readonly size: typeof DESK
}

/** @returns the exit code: 0 when all pictures are taken, 1 when the instance has no demo, 2 for wrong usage */
export async function main(argv: string[]): Promise<number> {
  const options = readOptions(argv)
  if (options === null) {
    console.error(USAGE)
    return 2
  }
  const { chromium } = await import('@playwright/test')
  const executablePath =
    process.env.PLUMBLINE_CHROMIUM ?? (existsSync(SYSTEM_CHROMIUM) ? SYSTEM_CHROMIUM : undefined)
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  try {
    const context = await browser.newContext({
      baseURL: options.url,
      colorScheme: 'light',
      timezoneId: 'UTC',
    })
    await signIn(context, options)
    const pictures = await listPictures(context)
    mkdirSync(options.out, { recursive: true })
    const page = await context.newPage()
    for (const picture of pictures) await take(page, picture, options.out)
    return 0
  } finally {
    await browser.close()
  }
}

function readOptions(argv: string[]): Options | null {
  const { values } = parseArgs({
    args: argv,
    options: {
      url: { type: 'string' },
      name: { type: 'string' },
      password: { type: 'string' },
      out: { type: 'string' },
    },
  })
  const { PLUMBLINE_URL, PORT = '3000' } = process.env
  const password = values.password ?? process.env.PLUMBLINE_ADMIN_PASSWORD
  if (!password) return null
  return {
    url: values.url ?? PLUMBLINE_URL ?? `http://127.0.0.1:${PORT}`,
    name: values.name ?? 'admin',
    password,
    out: path.resolve(values.out ?? 'docs/images'),
  }
}

async function signIn(context: BrowserContext, { name, password }: Options): Promise<void> {
  const response = await context.request.post('/api/v1/session', { data: { name, password } })
  if (!response.ok()) throw new Error(`Signing in failed: ${response.status()} ${await response.text()}`)
}

/** The pages worth a picture, around the alert that tells most. */
async function listPictures(context: BrowserContext): Promise<Picture[]> {
  const response = await context.request.get('/api/v1/alerts?limit=100')
  const { alerts } = (await response.json()) as { alerts: { id: number; cause: string; model: string }[] }
  const alert = alerts.find((candidate) => candidate.cause === 'input_drift') ?? alerts[0]
  if (!alert) throw new Error('There is no alert. Run "npm run demo" first and let it finish its history.')
  const model = `/models/${encodeURIComponent(alert.model)}`
  return [
    { file: 'fleet.png', path: '/', size: STRIP },
    { file: 'model.png', path: model, size: LANES },
    { file: 'inputs.png', path: `${model}/inputs`, size: DESK },
    { file: 'feature.png', path: await findFeature(context, alert.id), size: DESK },
    { file: 'alert.png', path: `/alerts/${alert.id}`, size: DESK },
    { file: 'alert-phone.png', path: `/alerts/${alert.id}`, size: PHONE },
  ]
}

/** The feature that contributes most to the alert. */
async function findFeature(context: BrowserContext, alertId: number): Promise<string> {
  const page = await context.newPage()
  await page.goto(`/alerts/${alertId}`)
  const link = await page.locator('a[href*="/inputs/"]').first().getAttribute('href')
  await page.close()
  return link ?? `/alerts/${alertId}`
}

async function take(page: Page, { file, path: address, size }: Picture, folder: string): Promise<void> {
  await page.setViewportSize(size)
  await page.goto(address, { waitUntil: 'load' })
  await page.waitForTimeout(SETTLE_MS)
  await page.screenshot({ path: path.join(folder, file) })
  console.log(`${file}  ${address}`)
}
