/**
 * Owns the short form in which points travel to the browser: a page of charts is mostly points, and their names would be
 * most of each. Values keep six digits; people are shown three.
 */
import type { ChartSeries, TimeChartProps } from '@/app/charts/time-chart-props'
import type { ChartPoint } from '@/lib/queries/chart-point'

/** [start after the series', length, value, limit, n, verdict, flags, note]; verdict and note by place, -1 for none. */
type PackedPoint = readonly [number, number, number | null, number | null, number, number, number, number]

export interface PackedSeries extends Pick<ChartSeries, 'label' | 'tone'> {
  readonly startMs: number
  /** Verdicts and notes that occur, each once. */
  readonly verdicts: readonly NonNullable<ChartPoint['verdict']>[]
  readonly notes: readonly string[]
  readonly points: readonly PackedPoint[]
}

/** What a chart is given as it travels to the browser. */
export type TimeChartInput = Omit<TimeChartProps, 'series'> & { readonly series: readonly PackedSeries[] }

const REVISED = 1
const PARTIAL = 2
const DIGITS = 6

export function packSeries({ label, tone, points }: ChartSeries): PackedSeries {
  const startMs = points[0]?.startMs ?? 0
  const verdicts = [...new Set(points.flatMap(({ verdict }) => verdict ?? []))]
  const notes = [...new Set(points.flatMap(({ note }) => note ?? []))]
  const verdictAt = new Map(verdicts.map((verdict, index) => [verdict, index]))
  const noteAt = new Map(notes.map((note, index) => [note, index]))
  return {
    label,
    tone,
    startMs,
    verdicts,
    notes,
    points: points.map((point) => [
      point.startMs - startMs,
      point.endMs - point.startMs,
      shorten(point.value),
      shorten(point.limit),
      point.n,
      point.verdict === null ? -1 : (verdictAt.get(point.verdict) ?? -1),
      (point.isRevised ? REVISED : 0) | (point.isPartial ? PARTIAL : 0),
      point.note === null ? -1 : (noteAt.get(point.note) ?? -1),
    ]),
  }
}

export function unpackSeries({ label, tone, startMs, verdicts, notes, points }: PackedSeries): ChartSeries {
  return {
    label,
    tone,
    points: points.map(([after, length, value, limit, n, verdict, flags, note]) => ({
      startMs: startMs + after,
      endMs: startMs + after + length,
      value,
      limit,
      n,
      verdict: verdicts[verdict] ?? null,
      isRevised: (flags & REVISED) !== 0,
      isPartial: (flags & PARTIAL) !== 0,
      note: notes[note] ?? null,
    })),
  }
}

function shorten(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(DIGITS))
}
