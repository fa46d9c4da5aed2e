/** Owns the demo's traffic: every decision of an hour with its label, the same for a seed however often it is asked. */
import { type Applicant, drawApplicant, drawDefault, scoreOf } from '@/lib/cli/demo/applicant'
import { createRandom, normal, poisson, type Random, seedFor } from '@/lib/cli/demo/random'
import { busyness, isWithin, type Story } from '@/lib/cli/demo/story'
import { DAY_MS, HOUR_MS, toRfc3339 } from '@/lib/domain/time'

/** Above this chance of default the model declines. */
const THRESHOLD = 0.35
const SLOWER = 1.8

export interface Decision {
  readonly atMs: number
  /** One line of JSON for the ingest API. */
  readonly line: string
  /** Ground truth, or null for loans nobody hears of again. */
  readonly label: { readonly atMs: number; readonly line: string } | null
}

/** All decisions of the hour that starts at `hourMs`, in order of time. */
export function decisionsOf(seed: number, story: Story, perHour: number, hourMs: number): Decision[] {
  const hour = Math.round(hourMs / HOUR_MS)
  const random = createRandom(seedFor(seed, hour))
  const count = poisson(random, perHour * busyness(hourMs + HOUR_MS / 2))
  const times = Array.from({ length: count }, () => hourMs + Math.floor(random() * HOUR_MS)).sort(
    (a, b) => a - b,
  )
  return times.map((atMs, index) => decide(random, story, atMs, `demo-${seed}-${hour}-${index}`))
}

function decide(random: Random, story: Story, atMs: number, id: string): Decision {
  const truth = drawApplicant(random, atMs, story)
  const sent = isWithin(story.unitChange, atMs) ? { ...truth, income: truth.income * 100 } : truth
  const isV2 = atMs >= story.switchMs
  const record = {
    prediction_id: id,
    timestamp: toRfc3339(atMs),
    model_version: isV2 ? 'v2' : 'v1',
    features: sent,
    ...outcomeOf(random, sent),
    latency_ms: drawLatency(random, isV2 ? SLOWER : 1),
    memory_bytes: Math.round(512 * 2 ** 20 * (1 + 0.04 * normal(random))),
    load: Math.round(100 * (0.25 + 0.2 * busyness(atMs) + 0.03 * normal(random))) / 100,
    tags: { region: sent.region },
  }
  const defaults = drawDefault(random, truth)
  const isHeardOf = random() < 0.7
  const labelMs = atMs + Math.round((2 + 2 * random()) * DAY_MS)
  const label = { prediction_id: id, actual: defaults ? 'default' : 'repaid', timestamp: toRfc3339(labelMs) }
  return {
    atMs,
    line: JSON.stringify(record),
    label: isHeardOf ? { atMs: labelMs, line: JSON.stringify(label) } : null,
  }
}

function outcomeOf(random: Random, applicant: Applicant) {
  // About one call in a thousand fails.
  if (random() < 0.001) return { status_code: 503, error: 'feature store timed out' }
  const score = scoreOf(applicant)
  return { prediction: score > THRESHOLD ? 'default' : 'repaid', score, status_code: 200 }
}

function drawLatency(random: Random, factor: number): number {
  return Math.round(factor * 36 * Math.exp(0.35 * normal(random)) * 10) / 10
}

/** Columns of the reference file beside the features. */
export const REFERENCE_MAPPING = {
  timestamp: 'decided_at',
  prediction: 'predicted',
  score: 'score',
  label: 'outcome',
  latency: 'latency_ms',
  problem: 'binary',
  positiveClass: 'default',
} as const

/** The data the model was built on: four weeks before the story, as CSV. */
export function referenceCsv(seed: number, story: Story, rows: number): string {
  const random = createRandom(seedFor(seed, -1))
  const spanMs = 28 * DAY_MS
  const times: number[] = []
  while (times.length < rows) {
    const atMs = story.startMs - spanMs + Math.floor(random() * spanMs)
    // Busy hours get more rows, as in the traffic.
    if (random() * 1.8 < busyness(atMs)) times.push(atMs)
  }
  const lines = times
    .sort((a, b) => a - b)
    .map((atMs) => {
      const applicant = drawApplicant(random, atMs, null)
      const score = scoreOf(applicant)
      const predicted = score > THRESHOLD ? 'default' : 'repaid'
      const outcome = drawDefault(random, applicant) ? 'default' : 'repaid'
      const cells = [
        toRfc3339(atMs),
        ...Object.values(applicant),
        predicted,
        score,
        outcome,
        drawLatency(random, 1),
      ]
      return { names: Object.keys(applicant), line: cells.map((cell) => cell ?? '').join(',') }
    })
  const header = ['decided_at', ...(lines[0]?.names ?? []), 'predicted', 'score', 'outcome', 'latency_ms']
  return `${[header.join(','), ...lines.map(({ line }) => line)].join('\n')}\n`
}
