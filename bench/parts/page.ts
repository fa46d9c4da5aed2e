/** Measures what a visitor feels (P12, P13): pages of a model with 30 days of judged hours and 50 columns, in Chromium. */
import { rmSync } from 'node:fs'
import type { Browser } from '@playwright/test'
import { launchBrowser, measurePage, type PageMeasure } from '@/bench/support/browser'
import { callApi, putReference, waitFor } from '@/bench/support/client'
import { type Figure, median } from '@/bench/support/figures'
import { runLoad } from '@/bench/support/load'
import { BENCH_ADMIN_KEY, BENCH_ADMIN_PASSWORD, type Measured, startProduct } from '@/bench/support/processes'
import { bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'
import { alignDown, HOUR_MS } from '@/lib/domain/time'

const MODEL = 'bench-pages'
const COLUMNS = 50
const HOURS = 30 * 24
const AN_HOUR = 60
const REFERENCE_ROWS = 5_000
const HOURS_A_REQUEST = 10
const VISITS = 5

type Cookie = { readonly name: string; readonly value: string }

/** P12 and P13. */
export async function measurePages(): Promise<Figure[]> {
  const product = await startProduct()
  try {
    await fill(product)
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

async function fill(product: Measured): Promise<void> {
  await putReference(product.url, MODEL, '1', COLUMNS, REFERENCE_ROWS)
  const firstMs = alignDown(Date.now(), HOUR_MS) - HOURS * HOUR_MS
  const uniform = seededUniform(3)
  let hour = 0
  const load = await runLoad({
    url: `${product.url}/api/v1/ingest/${MODEL}?backfill=1`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${BENCH_ADMIN_KEY}` },
    connections: 2,
    maxSeconds: 120,
    nextBody: () => {
      if (hour >= HOURS) return null
      const from = hour
      hour += HOURS_A_REQUEST
      const atOf = (i: number) => firstMs + from * HOUR_MS + Math.floor((i * HOUR_MS) / AN_HOUR)
      // The last five days drift.
      const shape = { columns: COLUMNS, drifted: from >= HOURS - 5 * 24 }
      return stampIds(bodyTemplate(AN_HOUR * HOURS_A_REQUEST, shape, uniform, atOf), from * AN_HOUR)
    },
  })
  if (load.failures > 0) throw new Error(`${load.failures} requests failed`)
  const query = new URLSearchParams({
    metric: 'volume',
    limit: '5000',
    from: new Date(firstMs).toISOString(),
    to: new Date(firstMs + HOURS * HOUR_MS).toISOString(),
  })
  await waitFor('the verdict on every hour', 180, async () => {
    const path = `/api/v1/models/${MODEL}/evaluations?${query}`
    const page = await callApi<{ evaluations: unknown[] }>(product.url, 'GET', path)
    return page.evaluations.length >= HOURS
  })
}

async function signIn(url: string): Promise<Cookie> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'admin', password: BENCH_ADMIN_PASSWORD }),
  })
  const pair = /^([^=]+)=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')
  if (!pair?.[1] || !pair[2]) throw new Error(`Signing in failed (${response.status}).`)
  return { name: pair[1], value: pair[2] }
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
