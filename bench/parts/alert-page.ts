/** Measures how long the server takes for the page of an alert on a model whose verdicts and alerts of a year are kept. */
import { rmSync } from 'node:fs'
import { callApi, putReference, waitFor } from '@/bench/support/client'
import { type Figure, median, quantile } from '@/bench/support/figures'
import { signIn } from '@/bench/support/judged-month'
import { startProduct } from '@/bench/support/processes'
import { bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'
import { writeYear } from '@/bench/support/year-of-verdicts'
import { alignDown, HOUR_MS } from '@/lib/domain/time'

const MODEL = 'bench-alert'
const COLUMNS = 20
const REFERENCE_ROWS = 5_000
const AN_HOUR = 1_000
/** The last of them drift. */
const HOURS = 12
const DRIFTED_HOURS = 4
const VISITS = 40
const WARM_UP = 5

export async function measureAlertPage(): Promise<Figure[]> {
  const prepared = await startProduct()
  const { dataDir } = prepared
  try {
    await putReference(prepared.url, MODEL, '1', COLUMNS, REFERENCE_ROWS)
    await sendHours(prepared.url)
    const alertId = await waitFor('an alert', 120, async () => {
      const path = `/api/v1/alerts?model=${MODEL}`
      const { alerts } = await callApi<{ alerts: { id: number; state: string }[] }>(prepared.url, 'GET', path)
      return alerts.find(({ state }) => state === 'firing')?.id ?? null
    })
    await prepared.stop()
    const { rows, alerts } = await writeYear(dataDir, alertId)
    const product = await startProduct(dataDir)
    try {
      const { name, value } = await signIn(product.url)
      const times: number[] = []
      for (let visit = -WARM_UP; visit < VISITS; visit++) {
        const sentMs = performance.now()
        const page = await fetch(`${product.url}/alerts/${alertId}`, {
          headers: { cookie: `${name}=${value}` },
        })
        const text = await page.text()
        if (page.status !== 200 || !text.includes('Timeline'))
          throw new Error(`the page answers ${page.status}`)
        if (visit >= 0) times.push(performance.now() - sentMs)
      }
      return [
        {
          goal: 'alert page',
          what: 'server time with a year of history',
          value: median(times),
          unit: 'ms',
          against: `p95 ${quantile(times, 0.95).toFixed(0)} ms; ${rows.toLocaleString('en-GB')} verdicts, ${alerts} earlier alerts`,
          target: { kind: 'at most', value: 150 },
        },
      ]
    } finally {
      await product.stop()
    }
  } finally {
    await prepared.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function sendHours(url: string): Promise<void> {
  const uniform = seededUniform(11)
  const firstMs = alignDown(Date.now(), HOUR_MS) - HOURS * HOUR_MS
  for (let hour = 0; hour < HOURS; hour++) {
    const shape = { columns: COLUMNS, drifted: hour >= HOURS - DRIFTED_HOURS }
    const atOf = (i: number) => firstMs + hour * HOUR_MS + Math.floor((i * HOUR_MS) / AN_HOUR)
    const body = stampIds(bodyTemplate(AN_HOUR, shape, uniform, atOf), hour * AN_HOUR)
    await callApi(url, 'POST', `/api/v1/ingest/${MODEL}`, body.toString('utf8'))
  }
}
