/** Owns a model that is worth looking at: a month of judged hours of many columns, the last days drifted; and a session to look with. */
import { callApi, putReference, waitFor } from '@/bench/support/client'
import { runLoad } from '@/bench/support/load'
import { BENCH_ADMIN_KEY, BENCH_ADMIN_PASSWORD, type Measured } from '@/bench/support/processes'
import { bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'
import { alignDown, HOUR_MS } from '@/lib/domain/time'

export const MODEL = 'bench-pages'
const COLUMNS = 50
const HOURS = 30 * 24
const AN_HOUR = 60
const REFERENCE_ROWS = 5_000
const HOURS_A_REQUEST = 10

export type Cookie = { readonly name: string; readonly value: string }

/** Sends a month of records and waits until every hour of it is judged. */
export async function fillMonth(product: Measured): Promise<void> {
  await putReference(product.url, MODEL, '1', COLUMNS, REFERENCE_ROWS)
  // Not up to the last full hour: just after it ended it still waits for what comes late.
  const firstMs = alignDown(Date.now() - HOUR_MS, HOUR_MS) - HOURS * HOUR_MS
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

/** A session of the administrator. */
export async function signIn(url: string): Promise<Cookie> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'admin', password: BENCH_ADMIN_PASSWORD }),
  })
  const pair = /^([^=]+)=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')
  if (!pair?.[1] || !pair[2]) throw new Error(`Signing in failed (${response.status}).`)
  return { name: pair[1], value: pair[2] }
}
