/** Owns the word for how a drift came: step, ramp, seasonal or blip. A description for people, never a trigger. */
import type { ChartPoint } from '@/lib/queries/chart-point'
import { type DriftShape, shapeOfDrift } from '@/lib/stats/inference/drift-shape'

export const SHAPE_WORDS = ['step', 'ramp', 'seasonal', 'blip'] as const
export type ShapeWord = (typeof SHAPE_WORDS)[number]

export interface ShapeInWords {
  readonly word: ShapeWord
  /** How it came, without a time. */
  readonly sentence: string
  /** Start of the first window of the run. */
  readonly onsetMs: number
}

const WORDS: Readonly<Record<Exclude<DriftShape, 'none'>, readonly [ShapeWord, string]>> = {
  sudden: ['step', 'It came as a step, from one window to the next.'],
  gradual: ['ramp', 'It came as a ramp: it went back and forth before it stayed.'],
  incremental: ['ramp', 'It came as a ramp, growing over several windows.'],
  recurring: ['seasonal', 'It looks seasonal: it came, went, and came again.'],
  transient: ['blip', 'It was a blip: it lasted a few windows and went away.'],
  spike: ['blip', 'It was a blip of a single window.'],
}

/**
 * The shape of the values over consecutive windows, each against its own limit; windows without a value are left out.
 * @returns null when no window lies beyond its limit
 */
export function shapeInWords(points: readonly ChartPoint[]): ShapeInWords | null {
  const judged = points.flatMap((point) =>
    point.value === null || point.limit === null || point.limit <= 0 || point.isPartial
      ? []
      : [{ startMs: point.startMs, ratio: point.value / point.limit }],
  )
  const { shape, onset } = shapeOfDrift(
    judged.map(({ ratio }) => ratio),
    1,
  )
  const first = onset === null ? undefined : judged[onset]
  if (shape === 'none' || !first) return null
  const [word, sentence] = WORDS[shape]
  return { word, sentence, onsetMs: first.startMs }
}
