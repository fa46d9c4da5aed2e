/** Measures what a visitor of the model page feels (P12, P13): 30 days of hourly windows and 50 columns. */
import { rmSync } from 'node:fs'
import { launchBrowser, measurePage } from '@/bench/support/browser'
import type { Figure } from '@/bench/support/figures'
import { type Measured, startProduct } from '@/bench/support/processes'
import { call, putReference, waitUntil } from '@/bench/support/seed'
import { bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'

const COLUMNS = 50
const HOURS = 30 * 24
const RECORDS_AN_HOUR = 60
const HOUR_MS = 3_600_000
const VISITS = 5

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Medians of five first visits, each with an empty browser profile. */
export async function measurePages(): Promise<Figure[]> {
  const target = await startProduct()
  const browser = await launchBrowser()
  try {
    await putReference(target, 'paged', COLUMNS, 5_000)
    const endMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const uniform = seededUniform(5)
    for (let hour = 0; hour < HOURS; hour++) {
      const fromMs = endMs - (HOURS - hour) * HOUR_MS
      const shape = { columns: COLUMNS, drifted: hour > HOURS / 2 }
      const body = bodyTemplate(RECORDS_AN_HOUR, shape, uniform, (i) => fromMs + i * 60_000)
      const path = '/api/v1/ingest/paged?backfill=1'
      await call(target, 'POST', path, stampIds(body, 1 + hour * RECORDS_AN_HOUR).toString('latin1'))
    }
    await waitUntil(() => isJudged(target, endMs - 2 * HOUR_MS), 300)
    const cookie = await signIn(target.url)
    const visits = []
    for (let visit = 0; visit < VISITS; visit++) {
      visits.push(await measurePage(browser, `${target.url}/models/paged?version=1&range=30d`, cookie))
    }
    const figure = (what: string, value: number, unit: string, most: number, against: string): Figure => ({
      goal: 'P12',
      what: `model page, 30 days × 50 columns: ${what}`,
      value,
      unit,
      against,
      target: { kind: 'at most', value: most },
    })
    const nodes = median(visits.map((visit) => visit.domNodes))
    return [
      figure(
        'bytes on the wire',
        median(visits.map((visit) => visit.wireKib)),
        'KiB',
        400,
        'Evidently 4,345 KiB',
      ),
      figure(
        'settled',
        median(visits.map((visit) => visit.settledMs)),
        'ms',
        700,
        `Evidently 1,304 ms; ${nodes} nodes`,
      ),
      figure('blocking', median(visits.map((visit) => visit.blockingMs)), 'ms', 150, 'Evidently 352 ms'),
    ]
  } finally {
    await browser.close()
    await target.stop()
    rmSync(target.dataDir, { recursive: true, force: true })
  }
}

/** Whether the window that begins at `startMs` was judged. */
async function isJudged(target: Measured, startMs: number): Promise<boolean> {
  const path = `/api/v1/models/paged/evaluations?from=${startMs}&to=${startMs + 1}&limit=1`
  const { evaluations } = (await (await call(target, 'GET', path)).json()) as { evaluations: unknown[] }
  return evaluations.length > 0
}

/** Signs in as the administrator and answers the session cookie. */
async function signIn(url: string): Promise<{ name: string; value: string }> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name: 'admin', password: 'bench-password-1234' }),
  })
  const [name = '', value = ''] = (answer.headers.get('set-cookie') ?? '').split(';')[0]?.split('=') ?? []
  if (!answer.ok || name === '') throw new Error(`signing in failed: ${answer.status}`)
  return { name, value }
}
