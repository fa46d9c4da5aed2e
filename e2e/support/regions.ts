/** Owns filling a test server with one model in one of whose regions alone an input moves. */
import type { TestServer } from '../../lib/runtime/testing'
import { send } from './send'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const RECORDS_AN_HOUR = 900
const RECORDS_A_DAY = 7_200
const LIVE_HOURS = 3

/** Every twelfth row is of the region; values are spread evenly, the same on every run. */
function rowOf(index: number, isMoved: boolean) {
  const isEu = index % 12 === 0
  const spread = (index * 0.618_034) % 1
  return {
    income: Number((20 + 60 * spread + (isEu && isMoved ? 25 : 0)).toFixed(2)),
    age: Math.floor(18 + 60 * ((index * 0.414_213) % 1)),
    region: isEu ? 'EU' : index % 2 === 0 ? 'US' : 'APAC',
  }
}

/** A reference, a calm day before today, and the last three hours, in which the income of one region is higher. */
export async function seedRegions(server: TestServer, model: string): Promise<void> {
  const rows = Array.from({ length: 4_000 }, (_, index) => Object.values(rowOf(index, false)).join(','))
  await send(
    server,
    'PUT',
    `/api/v1/models/${model}/versions/v1/profile?activate=1&name=training.csv`,
    ['income,age,region', ...rows].join('\n'),
  )
  const endMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS
  const liveMs = endMs - (LIVE_HOURS - 1) * HOUR_MS
  const todayMs = Math.floor(liveMs / DAY_MS) * DAY_MS
  await sendSpan(server, `${model}?backfill=1`, todayMs - DAY_MS, DAY_MS, RECORDS_A_DAY, false)
  for (let hour = 0; hour < LIVE_HOURS; hour++)
    await sendSpan(server, model, liveMs + hour * HOUR_MS, HOUR_MS, RECORDS_AN_HOUR, true)
}

/** The alert about a slice, once it is open; the version itself must have none of that cause. */
export async function untilToldOf(server: TestServer, model: string, slice: string): Promise<number> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const response = await server.fetch(`/api/v1/alerts?state=open&model=${model}`)
    const { alerts = [] } = (await response.json()) as {
      alerts?: { id: number; cause: string; slice: string | null }[]
    }
    const drifts = alerts.filter(({ cause }) => cause === 'input_drift')
    if (drifts.some((alert) => alert.slice !== slice)) throw new Error('Another part drifts too.')
    const [found] = drifts
    if (found) return found.id
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`No alert about ${slice} opened within 2 minutes.`)
}

async function sendSpan(
  server: TestServer,
  path: string,
  fromMs: number,
  lengthMs: number,
  count: number,
  isMoved: boolean,
): Promise<void> {
  const records = Array.from({ length: count }, (_, index) => ({
    version: 'v1',
    prediction_id: `${fromMs}-${index}`,
    timestamp: new Date(fromMs + Math.floor((index / count) * lengthMs)).toISOString(),
    features: rowOf(index, isMoved),
  }))
  await send(server, 'POST', `/api/v1/ingest/${path}`, { records })
}
