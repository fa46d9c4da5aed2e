/** Owns overloading a running server: finds its capacity, sends three times as much, and watches it recover. */
import { runLoad } from '@/bench/support/load'
import { memoryMib } from '@/bench/support/processes'
import { runStorm, type StormResult } from '@/bench/support/storm'
import { bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'

const SHAPE = { columns: 20, drifted: false }
const MODEL_PATH = '/api/v1/ingest/overload'
const HEALTHY_MS = 100
const HEALTHY_IN_A_ROW = 5
const RECOVERY_LIMIT_MS = 30_000

export interface OverloadPlan {
  readonly url: string
  readonly key: string
  readonly pids: () => readonly number[]
  readonly recordsPerRequest: number
  readonly capacitySeconds: number
  /** By how many connections the capacity is found, 16 by default. */
  readonly capacityConnections?: number
  readonly stormSeconds: number
  readonly connections: number
  /** Requests that may be under way on one of them at once, 1 by default. */
  readonly perConnection?: number
}

export interface Overload {
  /** Requests a second that were answered, one after another on each connection. */
  readonly capacity: number
  readonly storm: StormResult
  /** Records that were acknowledged at any time, and those whose answer never came. */
  readonly acknowledgedRecords: number
  readonly unansweredRecords: number
  /** Until five small requests in a row were answered with 200 within 100 ms, and `/readyz` said yes. */
  readonly recoveredMs: number
  /** Highest resident memory of the server process and of its worker. */
  readonly serverMib: number
  readonly workerMib: number
}

/** Ids are numbers: request `n` of the storm holds those from `n × records` on, the capacity run those far above. */
export async function overload(plan: OverloadPlan): Promise<Overload> {
  const { recordsPerRequest: records } = plan
  const uniform = seededUniform(11)
  const templates = Array.from({ length: 4 }, () => bodyTemplate(records, SHAPE, uniform, () => null))
  const bodyOf = (n: number, firstId = 0) =>
    stampIds(templates[n % templates.length] as (typeof templates)[number], firstId + n * records)
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${plan.key}` }
  const url = plan.url + MODEL_PATH

  let warmed = 0
  const warm = (seconds: number) =>
    runLoad({
      url,
      headers,
      connections: plan.capacityConnections ?? 16,
      maxSeconds: seconds,
      nextBody: () => bodyOf(warmed++, 500_000_000_000),
    })
  const first = await warm(plan.capacitySeconds / 2)
  const second = await warm(plan.capacitySeconds / 2)
  const capacity = (second.requests - second.failures) / second.seconds

  const storm = await runStorm({
    url,
    headers,
    requestsPerSecond: 3 * capacity,
    seconds: plan.stormSeconds,
    connections: plan.connections,
    perConnection: plan.perConnection ?? 1,
    bodyOf: (n) => bodyOf(n),
  })
  const { recoveredMs, posted } = await recovery(plan, headers)
  const [server = 0, ...workers] = plan.pids()
  const loaded = first.requests - first.failures + second.requests - second.failures
  return {
    capacity,
    storm,
    acknowledgedRecords: (storm.acknowledged.length + loaded) * records + posted,
    unansweredRecords: (storm.unanswered.length + first.failures + second.failures) * records,
    recoveredMs,
    serverMib: memoryMib([server], 'VmHWM'),
    workerMib: memoryMib(workers, 'VmHWM'),
  }
}

/** How long after the storm the server answers small requests at once again. */
async function recovery(
  { url, key }: OverloadPlan,
  headers: Record<string, string>,
): Promise<{ recoveredMs: number; posted: number }> {
  const startedMs = performance.now()
  let inARow = 0
  let posted = 0
  for (let n = 0; performance.now() - startedMs < RECOVERY_LIMIT_MS; n++) {
    const sentMs = performance.now()
    const response = await fetch(`${url}${MODEL_PATH}`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${key}` },
      body: JSON.stringify({ prediction_id: `after-${n}`, model_version: '1', features: { n00: n } }),
    }).catch(() => null)
    await response?.text()
    if (response?.status === 200) posted++
    const isQuick = performance.now() - sentMs < HEALTHY_MS
    const ready = await fetch(`${url}/readyz`).catch(() => null)
    await ready?.text()
    inARow = response?.status === 200 && ready?.status === 200 && isQuick ? inARow + 1 : 0
    if (inARow >= HEALTHY_IN_A_ROW) return { recoveredMs: performance.now() - startedMs, posted }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { recoveredMs: Number.POSITIVE_INFINITY, posted }
}
