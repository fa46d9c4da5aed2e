/** Owns the word for how a drift came: step, ramp, seasonal or blip, or that nobody saw it come. A description for people, never a trigger. */
import type { MetricInfo } from '@/lib/domain/metric'
import type { ChartPoint } from '@/lib/queries/chart-point'
import { type DriftShape, shapeOfDrift } from '@/lib/stats/inference/drift-shape'

export const SHAPE_WORDS = ['step', 'ramp', 'seasonal', 'blip', 'from_start'] as const
export type ShapeWord = (typeof SHAPE_WORDS)[number]

export interface ShapeInWords {
  readonly word: ShapeWord
  /** How it came, without a time. */
  readonly sentence: string
  /** Start of the first window of the run. */
  readonly onsetMs: number
}

const WORDS: Readonly<Record<Exclude<DriftShape, 'none' | 'transient'>, readonly [ShapeWord, string]>> = {
  sudden: ['step', 'It came as a step, from one window to the next.'],
  gradual: ['ramp', 'It came as a ramp: it went back and forth before it stayed.'],
  incremental: ['ramp', 'It came as a ramp, growing over several windows.'],
  recurring: ['seasonal', 'It looks seasonal: it came, went, and came again.'],
  spike: ['blip', 'It was a blip of a single window.'],
}

/** Without a calm window before it nobody knows whether it was a step: a new version may bring what the last one had. */
const FROM_START = ['from_start', 'It was there from the first window shown.'] as const

/**
 * The shape of the values over consecutive windows, each against its own limit; windows without a value are left out.
 * @param bad which direction is bad; of metrics where both are, nothing is told
 * @returns null when no window lies beyond its limit
 */
export function shapeInWords(
  points: readonly ChartPoint[],
  bad: MetricInfo['bad'] = 'up',
): ShapeInWords | null {
  if (bad === 'both') return null
  const judged = points.flatMap(({ value, limit, isPartial, startMs }) => {
    if (value === null || limit === null || limit <= 0 || isPartial) return []
    // Mirrored at the limit where falling is bad: a share of nothing is as far beyond as twice the limit.
    return [{ startMs, ratio: bad === 'up' ? value / limit : 2 - value / limit }]
  })
  const { shape, onset } = shapeOfDrift(
    judged.map(({ ratio }) => ratio),
    1,
  )
  const first = onset === null ? undefined : judged[onset]
  if (shape === 'none' || !first) return null
  if (shape === 'transient') {
    const windows = judged.filter(({ ratio }) => ratio > 1).length
    return {
      word: 'blip',
      sentence: `It was a blip: ${windows} windows, then calm again.`,
      onsetMs: first.startMs,
    }
  }
  const [word, sentence] = shape === 'sudden' && onset === 0 ? FROM_START : WORDS[shape]
  return { word, sentence, onsetMs: first.startMs }
}
