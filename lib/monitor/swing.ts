/** Owns how much a reference moved by itself: the drift of its own chunks beyond what chance explains. */
import type { Cadence } from '@/lib/domain/time'
import { chanceLimit } from '@/lib/monitor/chance-limit'
import { ALPHA } from '@/lib/monitor/decide'
import { windowsPerFortnight } from '@/lib/monitor/false-alarm-budget'
import { pairOf } from '@/lib/monitor/pair'
import type { ReferenceColumn } from '@/lib/monitor/reference'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { pairSizes } from '@/lib/stats/methods/pair'
import { medianOf, quantileOfSorted } from '@/lib/stats/quantile'

/** Chunks with fewer values say more about chance than about the reference. */
const MIN_CHUNK_ROWS = 30
/** Chance that the noise of any of the chunks is taken for a swing; for one chunk never less than a verdict asks. */
const SWING_ALPHA = 0.05

/** Share of the usual rows that a chunk needs to be drawn: smaller ones are wide by chance. */
const MIN_DRAWN_SHARE = 0.5
/** Share of the drawn chunks that lie within the band even where no single one moved for certain. */
const BAND_SHARE = 0.95

export interface Swing {
  /** To be added to the noise limit; 0 for a steady reference. */
  readonly swing: number
  /** How far chunks of usual size lie from the reference beyond the distance that chance gives on average. */
  readonly widest: number
  /** Chunks that were looked at. */
  readonly chunks: number
}

/**
 * What to allow for a swing when more windows come than the reference had chunks: the largest of K is passed by one window
 * in K, column by column. The tail is taken for a normal one, whose quantile grows with the root of the logarithm.
 * @param tests columns that are looked at together
 */
export function allowedSwing({ swing, chunks }: Swing, cadence: Cadence, tests: number): number {
  if (swing <= 0 || chunks < 2) return swing
  const passed = (windowsPerFortnight(cadence) * tests) / chunks
  return swing * Math.sqrt(1 + Math.log(Math.max(1, passed)) / Math.log(chunks))
}

/**
 * The reference's own variation under a method, between windows of one cadence.
 */
export function referenceSwing(column: ReferenceColumn, method: DriftMethod, cadence: Cadence): Swing {
  if (column.movesAs) return referenceSwing(column.movesAs, method, cadence)
  const key = `${method.id} ${cadence}`
  const known = column.swings.get(key)
  if (known) return known
  const pairs = column
    .chunks(cadence)
    .map((summary) => pairOf(column, summary))
    .filter((pair) => pairSizes(pair).m >= MIN_CHUNK_ROWS)
  const alpha = Math.max(ALPHA, SWING_ALPHA / pairs.length)
  const usualRows = medianOf(pairs.map((pair) => pairSizes(pair).m)) ?? 0
  let swing = 0
  let drawnSwing = 0
  const excesses: number[] = []
  for (const pair of pairs) {
    const score = method.compute(pair)
    if (score.status !== 'ok') continue
    const moved = score.value - chanceLimit(column, method, pair, alpha)
    swing = Math.max(swing, moved)
    if (pairSizes(pair).m < MIN_DRAWN_SHARE * usualRows) continue
    drawnSwing = Math.max(drawnSwing, moved)
    excesses.push(score.value - method.noiseFloor(pair))
  }
  const usual = quantileOfSorted(Float64Array.from(excesses).sort(), BAND_SHARE) ?? 0
  const result = { swing, widest: Math.max(0, drawnSwing, usual), chunks: pairs.length }
  column.swings.set(key, result)
  return result
}
