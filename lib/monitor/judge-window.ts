/** Owns the judging of one window of one version: measure every monitor, correct together, decide. Pure and replayable. */
import { columnKey } from '@/lib/domain/column'
import type { Evaluation, EvaluationDetail } from '@/lib/domain/evaluation'
import { eventOfMetric, isCustom, type MetricId } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import type { BaselineKind, Monitor } from '@/lib/domain/monitor'
import type { StoredProfile } from '@/lib/domain/profile'
import { stepAside } from '@/lib/domain/step-aside'
import type { TimeRange } from '@/lib/domain/time'
import { basisOf } from '@/lib/monitor/basis'
import type { CustomWindow } from '@/lib/monitor/custom-window'
import { decide } from '@/lib/monitor/decide'
import { type Baselines, isEarlierBaseline } from '@/lib/monitor/earlier-windows'
import { alphaOf } from '@/lib/monitor/false-alarm-budget'
import { withFixedLimit } from '@/lib/monitor/fixed-limit'
import type { LabelledWindow } from '@/lib/monitor/label-history'
import type { MeasureInput, Measurement, Trailing } from '@/lib/monitor/measurement'
import { measureOf } from '@/lib/monitor/measures'
import { referenceOf } from '@/lib/monitor/reference'
import { sayVerdict } from '@/lib/monitor/say-verdict'
import { inputOfSlice, type SliceWindow, thinDetail } from '@/lib/monitor/slice-window'
import { familyOf } from '@/lib/monitor/test-family'
import { adjustPValues } from '@/lib/stats/inference/multiple-testing'
import type { RowsSummary } from '@/lib/summary/rows'
import type { ColumnSummary, EventsSummary, QualitySummary, TrafficSummary } from '@/lib/summary/types'

/** An evaluation that is not stored yet. */
export type JudgedMonitor = Omit<Evaluation, 'id' | 'revision'>

export interface JudgeInput {
  readonly model: Model
  readonly version: Version
  readonly profile: StoredProfile
  /** Monitors of the profile; disabled ones are left out. */
  readonly monitors: readonly Monitor[]
  readonly window: TimeRange
  /** Merged summaries of the window by column key; absent or null: no data for that column. */
  readonly columns: ReadonlyMap<string, ColumnSummary | null>
  /** Merged summaries of earlier windows, for monitors with such a baseline. */
  readonly baselines?: Baselines
  /** Records of the window drawn at random; absent or null: none are kept. */
  readonly rows?: RowsSummary | null
  readonly traffic: TrafficSummary | null
  readonly quality: QualitySummary | null
  /** Values of earlier windows, oldest first, for metrics with a trailing baseline. */
  readonly trailing: Trailing
  /** Labels of the version's windows, oldest first; absent where their delay tells nothing. */
  readonly labels?: readonly LabelledWindow[] | null
  /** Events of the window's records. */
  readonly events?: EventsSummary | null
  /** The same as `labels` of the events that a metric counts. */
  readonly eventHistory?: EventHistory
  /** What monitors of custom metrics look at, by the name of the metric; absent: nothing is said of those. */
  readonly customs?: ReadonlyMap<string, CustomWindow>
  readonly nowMs: number
  readonly historical: boolean
  /** The others of its family, where one monitor is judged alone: how many, and the p-values they gave in this window. */
  readonly siblings?: { readonly monitors: number; readonly pValues: readonly number[] }
  /** The slices whose monitors are among `monitors`, with their own summaries. */
  readonly slices?: readonly SliceWindow[]
  /** The version's slices are judged, here or elsewhere: they have a share of the budget. */
  readonly isSliced?: boolean
  /** false leaves out what only charts and alert pages show, which costs as much as the verdict; by default true. */
  readonly withDetail?: boolean
}

/** Windows of the version by the metric that counts an event of theirs; a metric without history is absent. */
export type EventHistory = ReadonlyMap<MetricId, readonly LabelledWindow[]>

interface Judged {
  readonly input: MeasureInput
  readonly monitor: Monitor
  /** An Error when the measure failed; null when there is nothing to say. */
  readonly result: Measurement | Error | null
}

/** A NaN compared with a limit would say "fine"; it is an error of the measure instead. */
function requireFinite(result: Measurement | null): Measurement | null {
  if (result?.kind !== 'value') return result
  const { value, limit, limitRatio, pValue } = result
  // One chance that is none would spoil the correction of all others.
  if ([value, limit, limitRatio, pValue ?? 0].every(Number.isFinite) && (pValue ?? 0) >= 0) return result
  throw new RangeError('the value is not a finite number')
}

/** Facts that came out as no number (sums of extreme values overflow) are left out, never stored as null. */
function finiteFacts(detail: EvaluationDetail): EvaluationDetail {
  return Object.fromEntries(
    Object.entries(detail).filter(([, fact]) => typeof fact !== 'number' || Number.isFinite(fact)),
  )
}

function measure(input: MeasureInput): Judged {
  stepAside()
  const { monitor } = input
  try {
    const measured = measureOf(monitor.metric)(input)
    return { input, monitor, result: requireFinite(withFixedLimit(monitor, measured)) }
  } catch (error) {
    return { input, monitor, result: error instanceof Error ? error : new Error(String(error)) }
  }
}

function earlierOf(
  baselines: Baselines | undefined,
  kind: BaselineKind,
  key: string | null,
): ColumnSummary | null {
  if (key === null || !isEarlierBaseline(kind)) return null
  return baselines?.get(kind)?.get(key) ?? null
}

/** Benjamini–Hochberg over every family of tests, by monitor id. */
function correct(judged: readonly Judged[], siblings: readonly number[]): Map<number, number> {
  const families = new Map<string, { id: number; p: number }[]>()
  for (const { monitor, result } of judged) {
    if (!result || result instanceof Error || result.kind !== 'value' || result.pValue === null) continue
    const family = families.get(familyOf(monitor)) ?? []
    family.push({ id: monitor.id, p: result.pValue })
    families.set(familyOf(monitor), family)
  }
  const corrected = new Map<number, number>()
  for (const family of families.values()) {
    const adjusted = adjustPValues([...family.map(({ p }) => p), ...siblings], 'benjamini_hochberg')
    family.forEach(({ id }, index) => {
      corrected.set(id, adjusted[index] ?? 1)
    })
  }
  return corrected
}

/**
 * The part of the window that the version's records can fill: it may begin in the middle of its first one, and history
 * that was sent up to an instant ends in the middle of its last. Live records that stop are no such end.
 */
function coveredPart({ window, version, historical }: JudgeInput): TimeRange {
  const { firstRecordMs, lastRecordMs } = version
  const startMs = Math.min(Math.max(window.startMs, firstRecordMs ?? window.startMs), window.endMs)
  const endMs = historical && lastRecordMs !== null ? Math.min(window.endMs, lastRecordMs + 1) : window.endMs
  return endMs > startMs ? { startMs, endMs } : window
}

/** The verdict fields of an evaluation. */
function verdictOf(
  result: Measurement | Error,
  monitor: Monitor,
  corrected: ReadonlyMap<number, number>,
  input: MeasureInput,
) {
  if (result instanceof Error) {
    const reason = `This monitor could not be judged: ${result.message}.`
    const none = { value: null, limit: null, n: 0, nReference: null, pValue: null, pCorrected: null }
    return { ...none, verdict: 'error' as const, reason, detail: {} }
  }
  const findings = result.findings.length > 0 ? { findings: result.findings } : {}
  if (result.kind === 'state') {
    const { verdict, value, n, nReference, reason } = result
    const detail = { ...finiteFacts(result.detail), ...findings }
    return { verdict, value, limit: null, n, nReference, pValue: null, pCorrected: null, reason, detail }
  }
  const pCorrected = corrected.get(monitor.id) ?? null
  const verdict = decide(result, pCorrected, input.alpha)
  return {
    verdict,
    value: result.value,
    limit: result.limit,
    n: result.n,
    nReference: result.nReference,
    pValue: result.pValue,
    pCorrected,
    reason: sayVerdict(verdict, result, pCorrected, input),
    detail: {
      ...finiteFacts(result.detail),
      ...findings,
      limitRatio: result.limitRatio,
      ...(result.effect ? { effect: result.effect.size, effectUpper: result.effect.upper } : {}),
      ...(verdict === 'not_enough_data' && result.neededN !== null ? { neededN: result.neededN } : {}),
    },
  }
}

/**
 * Evaluations of every enabled monitor that has something to say about the window. A measure that fails makes an
 * `error` of its own monitor and touches no other.
 */
export function judgeWindow(input: JudgeInput): JudgedMonitor[] {
  const reference = referenceOf(input.profile)
  const enabled = input.monitors.filter((monitor) => monitor.enabled)
  const { cadence, falseAlarmBudget } = input.model.settings
  const isSliced = input.isSliced ?? false
  const alpha = alphaOf(falseAlarmBudget, cadence, isSliced)
  const tests = new Map<string, number>()
  for (const monitor of enabled) tests.set(familyOf(monitor), (tests.get(familyOf(monitor)) ?? 0) + 1)
  const slices = new Map(input.slices?.map((slice) => [slice.slice.id, slice]))
  const judged = enabled.map((monitor) => {
    const key = monitor.column ? columnKey(monitor.column) : null
    const measured: MeasureInput = {
      monitor,
      window: input.window,
      covered: coveredPart(input),
      cadence,
      reference,
      column: key === null ? null : (reference.columns.get(key) ?? null),
      summary: key === null ? null : (input.columns.get(key) ?? null),
      earlier: earlierOf(input.baselines, monitor.baseline, key),
      summaries: input.columns,
      profile: input.profile,
      rows: input.rows ?? null,
      traffic: input.traffic,
      quality: input.quality,
      trailing: input.trailing,
      labels:
        (eventOfMetric(monitor.metric) === null ? input.labels : input.eventHistory?.get(monitor.metric)) ??
        null,
      events: input.events ?? null,
      custom: isCustom(monitor.metric) ? (input.customs?.get(monitor.column?.name ?? '') ?? null) : null,
      nowMs: input.nowMs,
      tests: (tests.get(familyOf(monitor)) ?? 1) + (input.siblings?.monitors ?? 0),
      alpha,
      withDetail: input.withDetail ?? true,
    }
    if (!monitor.slice) return measure(measured)
    const part = inputOfSlice(measured, slices.get(monitor.slice.id))
    return 'kind' in part ? { input: measured, monitor, result: part } : { ...measure(part), monitor }
  })
  const corrected = correct(judged, input.siblings?.pValues ?? [])
  return judged.flatMap(({ input: measured, monitor, result }) => {
    if (!result) return []
    const said = verdictOf(result, monitor, corrected, measured)
    const { detail, ...verdict } = monitor.slice ? thinDetail(said) : said
    const basis = measured.withDetail
      ? { basis: basisOf({ ...measured, monitor }, falseAlarmBudget, isSliced) }
      : {}
    return {
      versionId: input.version.id,
      monitorId: monitor.id,
      windowStartMs: input.window.startMs,
      windowEndMs: input.window.endMs,
      ...verdict,
      historical: input.historical,
      evaluatedMs: input.nowMs,
      detail: { ...detail, ...basis },
    }
  })
}
