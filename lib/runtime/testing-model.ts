/** Owns what the model test believes: records and labels by number, what was sent of them, and what must come out. For tests only. */
import type { Scalar } from '@/lib/domain/record'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export const MODEL = 'modelled'
export const VERSIONS = ['1', '2'] as const

const WORDS = ['a', 'b', 'new one', '', 'ünïcode 😀', null] as const

export interface ModelRecord {
  readonly id: string
  readonly version: string
  readonly atMs: number
  readonly x: Scalar
  readonly c: Scalar
  readonly prediction: number
  readonly score: number
}

/**
 * Record `n`: all of it follows from the number, so that a repeat is a repeat. One in ten comes a day late, one is
 * five days old, one is two minutes ahead of the clock; some miss values, or have some of another type.
 */
export function recordOf(n: number, nowMs: number): ModelRecord {
  const kind = n % 10
  const age =
    kind === 0 ? 26 * HOUR_MS : kind === 1 ? 5 * DAY_MS : kind === 2 ? -2 * MINUTE_MS : (n % 97) * MINUTE_MS
  return {
    id: `r${n}`,
    version: VERSIONS[n % 5 === 0 ? 1 : 0],
    atMs: nowMs - age,
    x: n % 13 === 0 ? null : n % 17 === 0 ? 'text' : ((n * 7919) % 1_000) / 8 - 20,
    c: WORDS[n % WORDS.length] ?? null,
    prediction: n % 3 === 0 ? 1 : 0,
    score: ((n * 31) % 100) / 100,
  }
}

/** As it is sent. */
export function toBody({ id, version, atMs, x, c, prediction, score }: ModelRecord, isChanged = false) {
  return {
    prediction_id: id,
    model: MODEL,
    model_version: version,
    timestamp: atMs,
    features: { x: isChanged ? -999 : x, c },
    prediction,
    score,
    latency_ms: 5 + prediction,
  }
}

/** A label of record `n`, the `revision`-th: later ones correct earlier ones. */
export function labelOf(n: number, revision: number, nowMs: number) {
  const actual = (n + revision) % 2
  return { prediction_id: `r${n}`, actual, timestamp: nowMs - HOUR_MS + revision * MINUTE_MS }
}

/** What was acknowledged, and what must therefore be true. */
export class Believed {
  /** Numbers of records that must be stored. */
  readonly records = new Set<number>()
  /** Newest revision of a label, by number of the record. */
  readonly labels = new Map<number, number>()

  constructor(readonly nowMs: number) {}

  addLabel(n: number, revision: number): void {
    this.labels.set(n, Math.max(revision, this.labels.get(n) ?? 0))
  }

  /** Records of an hour, by version and start. */
  recordsByHour(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const n of this.records) {
      const { version, atMs } = recordOf(n, this.nowMs)
      const key = `${version} ${Math.floor(atMs / HOUR_MS) * HOUR_MS}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return counts
  }

  /** Joined labels by version, actual and predicted class. */
  confusion(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const [n, revision] of this.labels) {
      if (!this.records.has(n)) continue
      const { version, prediction } = recordOf(n, this.nowMs)
      const key = `${version}: ${labelOf(n, revision, this.nowMs).actual} as ${prediction}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return counts
  }
}
