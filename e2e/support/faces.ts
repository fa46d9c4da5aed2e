/** Owns filling a test server with one model that shows the rarer faces: faulty columns, an empty hour, late records. */
import type { TestServer } from '../../lib/runtime/testing'
import { send } from './send'

const HOUR_MS = 3_600_000
const REFERENCE_ROWS = 2_000
const RECORDS_AN_HOUR = 700

export const FACES = { model: 'many-faces', version: 'v1' } as const

/** The hours that have records; between the second and the third nothing came. */
export const HOURS = (() => {
  const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 72 * HOUR_MS
  return {
    calm: startMs,
    revised: startMs + HOUR_MS,
    empty: startMs + 2 * HOUR_MS,
    faulty: startMs + 3 * HOUR_MS,
  } as const
})()

/** Values spread evenly: no randomness, so every run tells the same numbers. */
function featuresOf(index: number, hour: 'calm' | 'faulty' = 'calm') {
  const spread = (index * 0.618_034) % 1
  const isFaulty = hour === 'faulty'
  return {
    calm: Number((10 + 5 * spread).toFixed(3)),
    frozen: isFaulty ? 12 : Number((10 + 5 * spread).toFixed(3)),
    gone: isFaulty ? null : Number((100 * spread).toFixed(2)),
    always: 7,
    retyped: isFaulty ? `${index} EUR` : Math.floor(1_000 * spread),
  }
}

export function referenceCsv(): string {
  const rows = Array.from({ length: REFERENCE_ROWS }, (_, index) => featuresOf(index))
  return ['calm,frozen,gone,always,retyped', ...rows.map((row) => Object.values(row).join(','))].join('\n')
}

/** Uploads a reference for a model and makes it active. */
export async function monitor(server: TestServer, model: string): Promise<void> {
  const path = `/api/v1/models/${model}/versions/${FACES.version}/profile?activate=1&name=training.csv`
  await send(server, 'PUT', path, referenceCsv())
}

/** Sends one back-filled hour. */
export async function sendHour(
  server: TestServer,
  model: string,
  startMs: number,
  {
    count = RECORDS_AN_HOUR,
    kind = 'calm',
    batch = 'a',
  }: { count?: number; kind?: 'calm' | 'faulty'; batch?: string } = {},
): Promise<void> {
  const records = Array.from({ length: count }, (_, index) => ({
    version: FACES.version,
    prediction_id: `${startMs}-${batch}-${index}`,
    timestamp: new Date(startMs + Math.floor((index / count) * HOUR_MS)).toISOString(),
    features: featuresOf(index, kind),
  }))
  await send(server, 'POST', `/api/v1/ingest/${model}?backfill=1`, { records })
}

/** Waits until a window of the model has been judged, in at least this revision. */
export async function untilJudged(
  server: TestServer,
  model: string,
  startMs: number,
  revision = 1,
): Promise<void> {
  const query = `metric=drift&from=${new Date(startMs).toISOString()}&to=${new Date(startMs + HOUR_MS).toISOString()}`
  for (let attempt = 0; attempt < 1_200; attempt++) {
    const response = await server.fetch(`/api/v1/models/${model}/evaluations?${query}`)
    const { evaluations = [] } = (await response.json()) as { evaluations?: { revision: number }[] }
    if (evaluations.some((evaluation) => evaluation.revision >= revision)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`The window at ${startMs} of ${model} was not judged within 2 minutes.`)
}

/** Every hour of the model, the second of them judged twice. */
export async function seedFaces(server: TestServer): Promise<void> {
  const { model } = FACES
  await monitor(server, model)
  await sendHour(server, model, HOURS.calm)
  await sendHour(server, model, HOURS.revised)
  await sendHour(server, model, HOURS.faulty, { kind: 'faulty' })
  await untilJudged(server, model, HOURS.faulty)
  await sendHour(server, model, HOURS.revised, { count: 60, batch: 'late' })
  await untilJudged(server, model, HOURS.revised, 2)
}
