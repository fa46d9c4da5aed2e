/** Owns collecting what labels add to, and take from, the quality of the buckets of their records. */
import { type JoinedLabel, QUALITY_SERIES, type SummaryDelta, sliceSeries } from '@/db/contracts/series-store'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import type { Slice } from '@/lib/domain/slice'
import { RecordBuckets } from '@/lib/services/summaries/record-buckets'
import { addLabel } from '@/lib/summary/fold-quality'
import { emptyQuality, mergeQuality } from '@/lib/summary/merge-quality'
import { isInSlice } from '@/lib/summary/slice-filter'
import type { QualitySummary } from '@/lib/summary/types'

/** Quality of many buckets: a label is true whatever the reference. */
export class QualityDeltas {
  private readonly buckets: RecordBuckets<QualitySummary>

  /** @param minutesFromMs records before this instant have no minute bucket */
  constructor(minutesFromMs: number) {
    this.buckets = new RecordBuckets(QUALITY_SERIES, minutesFromMs, emptyQuality)
  }

  /** Adds one joined label to the buckets of its record: those of its version and of its slices, or only the named ones. */
  add(label: JoinedLabel, positiveClass: string | null, to: readonly number[] = seriesOf(label)): void {
    const pair = {
      actual: JSON.parse(label.actual) as Scalar,
      predicted: JSON.parse(label.predicted) as Scalar,
      score: label.score,
      positiveClass,
    }
    for (const series of to) this.buckets.count(series, label.recordMs, (quality) => addLabel(quality, pair))
  }

  deltas(): SummaryDelta[] {
    // Merging into nothing applies the bounds on classes and scores.
    return this.buckets.deltas((quality) => (quality.n > 0 ? mergeQuality(emptyQuality(), quality) : null))
  }
}

/** What a label counts in: its version, and the slices that its record lies in. */
function seriesOf({ versionId, slices = [] }: JoinedLabel): number[] {
  return [versionId, ...slices.map((sliceId) => sliceSeries(sliceId, versionId))]
}

/** The score of the positive class that a record carries; scores by class need to know which one that is. */
export function positiveScoreOf(record: PredictionRecord, positiveClass: string | null): number | null {
  if (record.s !== undefined) return record.s
  if (!record.ss || positiveClass === null || !Object.hasOwn(record.ss, positiveClass)) return null
  return record.ss[positiveClass] ?? null
}

/** The row that remembers a join. @param slices those of the model, of which the record's own are remembered */
export function joinedLabel(
  label: {
    readonly modelId: number
    readonly predictionId: string
    readonly labelMs: number
    readonly actual: string
  },
  record: PredictionRecord,
  versionId: number,
  positiveClass: string | null,
  slices: readonly Slice[],
): JoinedLabel {
  const own = slices.filter(({ conditions }) => isInSlice(conditions, record)).map(({ id }) => id)
  return {
    modelId: label.modelId,
    predictionId: label.predictionId,
    versionId,
    recordMs: record.at,
    labelMs: label.labelMs,
    actual: label.actual,
    predicted: JSON.stringify(record.p ?? null),
    score: positiveScoreOf(record, positiveClass),
    ...(own.length > 0 ? { slices: own } : {}),
  }
}
