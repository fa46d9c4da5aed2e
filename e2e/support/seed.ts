/** Owns filling a test server through its public API: a reference, twelve hours of traffic, a drift in the last six. */
import type { TestServer } from '../../lib/runtime/testing'
import { send } from './send'

const HOUR_MS = 3_600_000
const HOURS = 12
const DRIFTED_HOURS = 6
const RECORDS_AN_HOUR = 600
const REFERENCE_ROWS = 4_000

export interface Cast {
  readonly model: string
  readonly version: string
  /** The numeric column that drifts, one that does not, and a categorical one. */
  readonly drifting: string
  readonly calm: string
  readonly category: string
  readonly categories: readonly [string, string, ...string[]]
}

/** A cast of its own for each story: all stories may share one server. */
export const castNamed = (model: string): Cast => ({
  model,
  version: '2026-11',
  drifting: 'income',
  calm: 'age',
  category: 'region',
  categories: ['EU', 'US', 'APAC'],
})

/** The same numbers on every run. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

interface Row {
  readonly features: Record<string, number | string>
  readonly score: number
}

function makeRow(cast: Cast, random: () => number, isDrifted: boolean): Row {
  const income = 20 + 60 * random() * random() + (isDrifted ? 25 : 0)
  const category = cast.categories[Math.floor(random() * cast.categories.length)] ?? cast.categories[0]
  return {
    features: {
      [cast.drifting]: Number(income.toFixed(3)),
      [cast.calm]: Math.floor(18 + 60 * random()),
      [cast.category]: category,
    },
    score: Number((0.1 + 0.8 * random()).toFixed(4)),
  }
}

function csvCell(value: string | number): string {
  return `"${String(value).replaceAll('"', '""')}"`
}

/** Reference rows as CSV. */
export function referenceCsv(cast: Cast): string {
  const random = generator(7)
  const lines = [[cast.drifting, cast.calm, cast.category, 'score'].map(csvCell).join(',')]
  for (let index = 0; index < REFERENCE_ROWS; index++) {
    const { features, score } = makeRow(cast, random, false)
    lines.push([...Object.values(features), score].map(csvCell).join(','))
  }
  return lines.join('\n')
}

const versionPath = (cast: Cast) =>
  `/api/v1/models/${encodeURIComponent(cast.model)}/versions/${encodeURIComponent(cast.version)}`

/** Uploads the reference; `activate` makes it the active profile at once. The answer is the profile's id. */
export async function putReference(server: TestServer, cast: Cast, activate: boolean): Promise<number> {
  const query = `mapping=${encodeURIComponent(JSON.stringify({ score: 'score' }))}&name=training.csv${activate ? '&activate=1' : ''}`
  const path = `${versionPath(cast)}/profile?${query}`
  return (await send<{ id: number }>(server, 'PUT', path, referenceCsv(cast))).id
}

/** Sends the hours before now; windows that have ended are judged by the worker. */
export async function sendTraffic(server: TestServer, cast: Cast): Promise<void> {
  const random = generator(11)
  const endMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS
  for (let hour = HOURS; hour > 0; hour--) {
    const startMs = endMs - (hour - 1) * HOUR_MS
    const records = Array.from({ length: RECORDS_AN_HOUR }, (_, index) => {
      const { features, score } = makeRow(cast, random, hour <= DRIFTED_HOURS)
      return {
        version: cast.version,
        prediction_id: `${hour}-${index}`,
        timestamp: new Date(startMs + Math.floor((index / RECORDS_AN_HOUR) * HOUR_MS)).toISOString(),
        features,
        prediction_score: score,
        latency_ms: 20 + 10 * random(),
      }
    })
    await send(server, 'POST', `/api/v1/ingest/${encodeURIComponent(cast.model)}`, { records })
  }
}

export interface Seeded {
  readonly alertId: number
  readonly profileId: number
}

/** A monitored version with a drift alert; resolves once the alert is open. */
export async function seedDrift(server: TestServer, cast: Cast): Promise<Seeded> {
  const profileId = await putReference(server, cast, true)
  await sendTraffic(server, cast)
  for (let attempt = 0; attempt < 600; attempt++) {
    const response = await server.fetch(`/api/v1/alerts?state=open&model=${encodeURIComponent(cast.model)}`)
    const { alerts = [] } = (await response.json()) as { alerts?: { id: number; cause: string }[] }
    const drift = alerts.find((alert) => alert.cause === 'input_drift')
    if (drift) return { alertId: drift.id, profileId }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('No drift alert opened within 2 minutes.')
}
