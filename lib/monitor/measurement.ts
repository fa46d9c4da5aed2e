/** Owns what a measure hands to the judge: a value with its limit and evidence, or a state that needs no judging. */
import type { ColumnRef } from '@/lib/domain/column'
import type { EvaluationDetail, Finding, Verdict } from '@/lib/domain/evaluation'
import type { MetricId } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'
import type { StoredProfile } from '@/lib/domain/profile'
import type { Cadence, TimeRange } from '@/lib/domain/time'
import type { CustomWindow } from '@/lib/monitor/custom-window'
import type { LabelledWindow } from '@/lib/monitor/label-history'
import type { ReferenceColumn, ReferenceData } from '@/lib/monitor/reference'
import type { RowsSummary } from '@/lib/summary/rows'
import type { ColumnSummary, EventsSummary, QualitySummary, TrafficSummary } from '@/lib/summary/types'

/** Chance that an effect is larger than the upper end that is given for it. */
export const EFFECT_ALPHA = 0.05

/** How far a value is from the reference, whatever the limit, in the unit of the metric. */
export interface Effect {
  readonly size: number
  /** It may be as large as this: the upper confidence end at `EFFECT_ALPHA`. */
  readonly upper: number
}

/** A value that can be compared with a limit. */
export interface MeasuredValue {
  readonly kind: 'value'
  readonly value: number
  readonly limit: number
  /** How far the value went towards its limit: 1 at the limit, more beyond it. */
  readonly limitRatio: number
  /** The same for the upper end of a proven interval. */
  readonly upperRatio?: number
  readonly n: number
  readonly nReference: number | null
  /** null when the limit itself carries the significance (trailing baselines). */
  readonly pValue: number | null
  /** p-value at the upper end of a proven interval. */
  readonly upperPValue?: number | null
  /** Whether a breach of this size is severe. */
  readonly isSevere: boolean
  /** Whether a change at the effect floor would be seen at least half of the time. */
  readonly isEnough: boolean
  /** Records needed for that; null when no number of records would do. */
  readonly neededN: number | null
  /** Absent where the baseline has no sampling error to speak of. */
  readonly effect?: Effect
  /** What the numbers say, without full stop: `Income is 0.42 sigma lower than in the reference`. */
  readonly fact: string
  /** In parentheses after it: `KS 0.182, limit 0.100, 1,024 records`. */
  readonly evidence: string
  readonly findings: readonly Finding[]
  readonly detail: EvaluationDetail
}

/** A state of its own. */
export interface MeasuredState {
  readonly kind: 'state'
  readonly verdict: Extract<
    Verdict,
    'ok' | 'not_enough_data' | 'no_data' | 'constant' | 'all_missing' | 'type_changed'
  >
  readonly value: number | null
  readonly n: number
  readonly nReference: number | null
  readonly reason: string
  readonly findings: readonly Finding[]
  readonly detail: EvaluationDetail
}

export type Measurement = MeasuredValue | MeasuredState

/** Values of earlier windows of the same model, oldest first, by metric. */
export type Trailing = ReadonlyMap<MetricId, readonly number[]>

/** All that a measure may look at. */
export interface MeasureInput {
  readonly monitor: Monitor
  readonly window: TimeRange
  /** The part of it that the version's records can fill; all of it but for its first window and the end of history. */
  readonly covered: TimeRange
  readonly cadence: Cadence
  /** Significance that the model's budget of false alarms asks of one window. */
  readonly alpha: number
  readonly reference: ReferenceData
  /** Reference of the monitor's column; null for metrics of the version. */
  readonly column: ReferenceColumn | null
  readonly summary: ColumnSummary | null
  /** Summary of the earlier windows that the monitor compares with; null: none is stored, or it looks at none. */
  readonly earlier: ColumnSummary | null
  /** Of all columns, by key. */
  readonly summaries: ReadonlyMap<string, ColumnSummary | null>
  readonly profile: StoredProfile
  /** Records of the window drawn at random; null where none are kept. */
  readonly rows: RowsSummary | null
  readonly traffic: TrafficSummary | null
  readonly quality: QualitySummary | null
  /** Events of the window's records; null where none came. */
  readonly events: EventsSummary | null
  readonly trailing: Trailing
  /**
   * Labels of the version's windows, or the events that the monitor counts, oldest first, with this one where it was
   * judged before; null for history.
   */
  readonly labels: readonly LabelledWindow[] | null
  /** The custom metric that the monitor is about; absent or null for all others, and while its history is read. */
  readonly custom?: CustomWindow | null
  readonly nowMs: number
  /** How many monitors share the correction for multiple testing. */
  readonly tests: number
  /** Whether histograms and other statistics are wanted too: nothing of them is in the verdict. */
  readonly withDetail: boolean
}

/** null: this was never measured, there is nothing to say. */
export type Measure = (input: MeasureInput) => Measurement | null

/** The column a monitor is about; throws when it has none, which is an error of its making. */
export function columnOf(monitor: Monitor): ColumnRef {
  if (!monitor.column) throw new RangeError(`monitor ${monitor.id} (${monitor.metric}) has no column`)
  return monitor.column
}

/** A state without a value. */
export function stateOf(
  verdict: MeasuredState['verdict'],
  reason: string,
  facts: Partial<Pick<MeasuredState, 'value' | 'n' | 'nReference' | 'findings' | 'detail'>> = {},
): MeasuredState {
  return {
    kind: 'state',
    verdict,
    reason,
    value: null,
    n: 0,
    nReference: null,
    findings: [],
    detail: {},
    ...facts,
  }
}
