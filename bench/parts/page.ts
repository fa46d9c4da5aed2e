/** Measures what a visitor feels (P12, P13): pages of a model with 30 days of judged hours and 50 columns, in Chromium. */
import { rmSync } from 'node:fs'
import type { Browser } from '@playwright/test'
import { launchBrowser, measurePage, type PageMeasure } from '@/bench/support/browser'
import { type Figure, median } from '@/bench/support/figures'
import { type Cookie, fillMonth, MODEL, signIn } from '@/bench/support/judged-month'
import { startProduct } from '@/bench/support/processes'

const VISITS = 5

/** P12 and P13. */
export async function measurePages(): Promise<Figure[]> {
  const product = await startProduct()
  try {
    await fillMonth(product)
    const cookie = await signIn(product.url)
    const browser = await launchBrowser()
    try {
      const visit = (path: string) => visitOften(browser, product.url + path, cookie)
      const model = await visit(`/models/${MODEL}?range=30d`)
      const column = await visit(`/models/${MODEL}/inputs/n00?range=30d`)
      const fleet = await visit('/')
      return [
        ...modelFigures(model),
        ...forInformation('column page', 'P13', column),
        ...forInformation('fleet page', 'P12', fleet),
      ]
    } finally {
      await browser.close()
    }
  } finally {
    await product.stop()
    rmSync(product.dataDir, { recursive: true, force: true })
  }
}

/** Medians over visits with an empty cache; the first visit only warms the server. */
async function visitOften(browser: Browser, url: string, cookie: Cookie): Promise<PageMeasure> {
  await measurePage(browser, url, cookie)
  const visits: PageMeasure[] = []
  for (let visit = 0; visit < VISITS; visit++) visits.push(await measurePage(browser, url, cookie))
  const middle = (of: (visit: PageMeasure) => number) => median(visits.map(of))
  return {
    wireKib: middle((visit) => visit.wireKib),
    settledMs: middle((visit) => visit.settledMs),
    blockingMs: middle((visit) => visit.blockingMs),
    domNodes: middle((visit) => visit.domNodes),
  }
}

function modelFigures(page: PageMeasure): Figure[] {
  const what = 'model page, 720 hourly windows, 50 columns'
  return [
    {
      goal: 'P12',
      what: `${what}: on the wire`,
      value: page.wireKib,
      unit: 'KiB',
      against: `${page.domNodes} nodes; Evidently 4,345 KiB`,
      target: { kind: 'at most', value: 400 },
    },
    {
      goal: 'P12',
      what: `${what}: settled`,
      value: page.settledMs,
      unit: 'ms',
      against: 'Evidently 1,304 ms',
      target: { kind: 'at most', value: 700 },
    },
    {
      goal: 'P12',
      what: `${what}: blocking`,
      value: page.blockingMs,
      unit: 'ms',
      against: 'Evidently 352 ms',
      target: { kind: 'at most', value: 150 },
    },
  ]
}

function forInformation(what: string, goal: string, page: PageMeasure): Figure[] {
  return [
    {
      goal,
      what: `${what}: settled`,
      value: page.settledMs,
      unit: 'ms',
      against: `${page.wireKib.toFixed(0)} KiB, ${page.blockingMs.toFixed(0)} ms blocking, ${page.domNodes} nodes`,
      target: null,
    },
  ]
}
