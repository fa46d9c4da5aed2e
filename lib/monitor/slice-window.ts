/**
 * Owns how a slice of a version is measured: by the measures of the version, with the slice's own summaries and a
 * reference of its own in the place of the profile's.
 */
import { columnKey } from '@/lib/domain/column'
import type { EvaluationDetail, Verdict } from '@/lib/domain/evaluation'
import { isCustom } from '@/lib/domain/metric'
import type { ReferenceQuality, StoredProfile } from '@/lib/domain/profile'
import type { Slice } from '@/lib/domain/slice'
import type { CustomWindow } from '@/lib/monitor/custom-window'
import { type Baselines, callBaseline, isEarlierBaseline } from '@/lib/monitor/earlier-windows'
import { type MeasuredState, type MeasureInput, stateOf, type Trailing } from '@/lib/monitor/measurement'
import { qualityValue } from '@/lib/monitor/quality-value'
import type { ReferenceColumn } from '@/lib/monitor/reference'
import { columnOfSlice, referenceRowsOf } from '@/lib/monitor/slice-reference'
import { presentOf } from '@/lib/summary/merge'
import type { ColumnSummary, QualitySummary, TrafficSummary } from '@/lib/summary/types'

/** One slice in one window. */
export interface SliceWindow {
  readonly slice: Slice
  /** By column key; columns without data are absent. */
  readonly columns: ReadonlyMap<string, ColumnSummary | null>
  readonly traffic: TrafficSummary | null
  readonly quality: QualitySummary | null
  /** Earlier windows of the slice. */
  readonly baselines: Baselines
  readonly trailing: Trailing
  /** Labels of its week before; null for none. */
  readonly earlierQuality: QualitySummary | null
  /** What monitors of custom metrics look at, by the name of the metric; absent: nothing is said of those. */
  readonly customs?: ReadonlyMap<string, CustomWindow>
}

/** Labels of earlier windows below which a quality is no baseline. */
const MIN_LABELS = 100

/**
 * What a measure of the slice looks at, or why there is nothing to compare with.
 * @param input that of the version
 */
export function inputOfSlice(
  input: MeasureInput,
  part: SliceWindow | undefined,
): MeasureInput | MeasuredState {
  const { monitor, profile } = input
  if (!part) return stateOf('not_enough_data', 'The summaries of this slice are not complete yet.')
  const { columns, traffic, trailing } = part
  const own = {
    ...input,
    // What it is compared with stands in the reference's place already.
    monitor: monitor.method === null ? monitor : { ...monitor, baseline: 'training' as const },
    summaries: columns,
    traffic,
    quality: part.quality,
    trailing,
    earlier: null,
    rows: null,
    events: null,
    labels: null,
  }
  // Its past is its own, or a limit by hand: no reference knows it.
  if (isCustom(monitor.metric))
    return {
      ...own,
      custom: part.customs?.get(monitor.column?.name ?? '') ?? null,
      column: null,
      summary: null,
    }
  if (!monitor.column) {
    const quality = usualQuality(input, part)
    // How the whole reference's quality swings says nothing of a slice's.
    const reference = { ...input.reference, quality, qualityChunks: () => [], qualitySwings: new Map() }
    if (reference.quality === null && input.reference.quality !== null && isOfQuality(input))
      return stateOf('not_enough_data', 'Too few labels of the week before are known to compare with.', {
        n: part.quality?.n ?? 0,
      })
    return { ...own, reference, column: null, summary: null }
  }
  const key = columnKey(monitor.column)
  const column = usualColumn(input, profile, part, key)
  const summary = columns.get(key) ?? null
  if (!column) {
    const reason = `Too few values of ${monitor.column.name} are stored of earlier windows of this slice to compare with.`
    return stateOf('not_enough_data', reason, { n: summary ? presentOf(summary) : 0 })
  }
  const reference = { ...input.reference, columns: new Map([[key, column]]) }
  return { ...own, reference, column, summary }
}

function isOfQuality({ monitor }: MeasureInput): boolean {
  return monitor.cause === 'quality'
}

function usualColumn(
  { monitor, reference }: MeasureInput,
  profile: StoredProfile,
  { slice, baselines }: SliceWindow,
  key: string,
): ReferenceColumn | null {
  const { baseline } = monitor
  if (!isEarlierBaseline(baseline))
    return referenceRowsOf(profile, slice.conditions)?.columns.get(key) ?? null
  const earlier = baselines.get(baseline)?.get(key)
  return earlier ? columnOfSlice(reference.columns.get(key), callBaseline(baseline), earlier) : null
}

/** The quality of the slice's week before as a reference. */
function usualQuality({ monitor, reference }: MeasureInput, part: SliceWindow): ReferenceQuality | null {
  const { earlierQuality } = part
  const expected = reference.quality?.metrics[monitor.metric] ?? null
  if (!earlierQuality || earlierQuality.n < MIN_LABELS || expected === null) return null
  const usual = qualityValue(monitor.metric, earlierQuality, reference.positiveClass, expected)
  return usual && { n: usual.n, metrics: { [monitor.metric]: usual.value } }
}

interface Said {
  readonly verdict: Verdict
  readonly detail: EvaluationDetail
}

/** Verdicts that somebody will ask to be explained. */
const EXPLAINED: ReadonlySet<Verdict> = new Set([
  'drift',
  'severe',
  'possible',
  'all_missing',
  'type_changed',
])

/** Ten slices have ten times the verdicts: histograms are kept of those that say something. */
export function thinDetail<S extends Said>(said: S): S {
  if (EXPLAINED.has(said.verdict)) return said
  const { bins, also, ...detail } = said.detail
  return { ...said, detail }
}
