/** Owns the life of the alert of one version and cause over one window: open, grow, shrink, end, come back. Pure. */
import {
  type AdvanceInput,
  alertClockMs,
  type NotifyBecause,
  REOPEN_WITHIN_MS,
} from '@/lib/alert/advance-input'
import { isOnFire } from '@/lib/alert/advance-monitor'
import type { Outcome } from '@/lib/alert/advance-monitors'
import {
  byWeight,
  describeResult,
  describeSummary,
  describeTitle,
  type Evidence,
} from '@/lib/alert/describe-alert'
import { formatInstant } from '@/lib/alert/format-value'
import { nextMembers } from '@/lib/alert/next-members'
import { type Alert, type AlertEvent, UNTOUCHED } from '@/lib/domain/alert'
import type { Cause, Severity } from '@/lib/domain/monitor'
import type { SliceRef } from '@/lib/domain/slice'
import { toRfc3339 } from '@/lib/domain/time'

/** What an alert is about: there is one of each at a time. */
export interface AlertSubject {
  readonly cause: Cause
  /** null: the whole version. */
  readonly slice: SliceRef | null
}

/** Whether an alert, or a monitor, is about this. */
export function isSameSubject(
  about: { readonly cause: Cause; readonly slice?: SliceRef | null },
  { cause, slice }: AlertSubject,
): boolean {
  return about.cause === cause && (about.slice?.id ?? null) === (slice?.id ?? null)
}

/** The whole version has no part of its own in the key. A changed slice of the same name is another one. */
function dedupKeyOf(parts: readonly (string | SliceRef | null)[]): string {
  return parts
    .flatMap((part) =>
      part === null ? [] : typeof part === 'string' ? part : `slice ${part.id} ${part.name}`,
    )
    .map(encodeURIComponent)
    .join('/')
}

/** One line of history to be, without the alert it belongs to. */
export interface HistoryLine {
  readonly kind: AlertEvent['kind']
  readonly note: string
}

/** What a window did to the alert of one cause; `alert` is null where there is none and none was opened. */
export interface CauseAdvance {
  readonly alert: Alert | null
  readonly history: readonly HistoryLine[]
  /** The strongest reason to tell somebody, or null. */
  readonly because: NotifyBecause | null
}

/**
 * Advances the alert of one cause, of the version or of a slice of it.
 *
 * @param outcomes all monitors of the version with this cause and slice
 * @param newId negative id for an alert that has to be opened
 */
export function advanceCause(
  input: AdvanceInput,
  { cause, slice }: AlertSubject,
  outcomes: readonly Outcome[],
  newId: number,
): CauseAdvance {
  const clockMs = alertClockMs(input.window, input.historical, input.nowMs)
  const ofCause = input.reopenable.filter((alert) => isSameSubject(alert, { cause, slice }))
  const open = ofCause.find((alert) => alert.state !== 'resolved')
  const burning = outcomes.filter(({ after }) => isOnFire(after.state))
  if (open) return advanceOpen(input, open, outcomes, burning, clockMs)
  // A person may have resolved an alert whose monitors still fire: only a fresh fire opens it again.
  const fresh = burning.some(({ before }) => !isOnFire(before.state))
  if (!fresh) return { alert: null, history: [], because: null }
  const recent = ofCause
    .filter(({ resolvedMs }) => resolvedMs !== null && clockMs - resolvedMs <= REOPEN_WITHIN_MS)
    .sort((a, b) => (b.resolvedMs ?? 0) - (a.resolvedMs ?? 0))[0]
  return recent
    ? reopen(input, recent, outcomes, burning)
    : openNew(input, { cause, slice }, outcomes, burning, clockMs, newId)
}

function openNew(
  input: AdvanceInput,
  { cause, slice }: AlertSubject,
  outcomes: readonly Outcome[],
  burning: readonly Outcome[],
  clockMs: number,
  id: number,
): CauseAdvance {
  const { members } = nextMembers([], outcomes)
  const onsetMs = Math.min(...members.map((member) => member.onsetMs))
  const evidence = evidenceOf(burning)
  const { model, version } = input
  const alert: Alert = {
    id,
    modelId: model.id,
    versionId: version.id,
    cause,
    severity: worstSeverity('warning', burning),
    state: 'firing',
    onsetMs,
    firedMs: clockMs,
    resolvedMs: null,
    resolution: null,
    title: describeTitle(model.name, version.name, cause, evidence),
    summary: describeSummary(cause, onsetMs, evidence),
    members,
    inhibitedBy: null,
    historical: input.historical,
    ...UNTOUCHED,
    dedupKey: dedupKeyOf([model.name, version.name, slice, cause, toRfc3339(onsetMs)]),
    ...(slice ? { slice } : {}),
  }
  return { alert, history: [{ kind: 'fired', note: alert.title }], because: 'fired' }
}

function reopen(
  input: AdvanceInput,
  old: Alert,
  outcomes: readonly Outcome[],
  burning: readonly Outcome[],
): CauseAdvance {
  const { members } = nextMembers([], outcomes)
  const described = redescribe(input, old, burning)
  const alert: Alert = {
    ...described,
    members,
    state: 'firing',
    severity: worstSeverity('warning', burning),
    resolvedMs: null,
    resolution: null,
    inhibitedBy: null,
    historical: old.historical && input.historical,
    // Whoever took it on dealt with the last occurrence; this one needs eyes again.
    acknowledgedBy: null,
    acknowledgedMs: null,
  }
  const reopened: HistoryLine = { kind: 'reopened', note: alert.title }
  // Who was told of a warning has not been paged for this.
  return alert.severity === 'critical' && old.severity === 'warning'
    ? { alert, history: [reopened, sayRise('warning', 'critical')], because: 'upgraded' }
    : { alert, history: [reopened], because: 'reopened' }
}

function advanceOpen(
  input: AdvanceInput,
  open: Alert,
  outcomes: readonly Outcome[],
  burning: readonly Outcome[],
  clockMs: number,
): CauseAdvance {
  const { members, joined, left, vanished } = nextMembers(open.members, outcomes)
  const history: HistoryLine[] = [
    ...corrections(open, outcomes),
    ...joined.map((outcome) => ({ kind: 'member_joined' as const, note: noteOf(outcome) })),
    // When the last ones leave, the alert itself ends, which says it all.
    ...(members.length > 0 ? left : []).map((outcome) => ({
      kind: 'member_left' as const,
      note: noteOf(outcome),
    })),
  ]
  if (vanished > 0 && members.length > 0) {
    history.push({
      kind: 'member_left',
      note: `${vanished} of its monitors no longer exist or were switched off.`,
    })
  }
  if (members.length === 0) {
    const resolution = left.length > 0 ? 'recovered' : 'superseded'
    const note = resolution === 'recovered' ? recoveryNote(left) : 'What it measured is no longer monitored.'
    const alert: Alert = {
      ...open,
      state: 'resolved',
      members: open.members,
      resolvedMs: clockMs,
      resolution,
      // What explained it to the end is what it was about: lists can fold it under its cause for good.
      inhibitedBy: open.inhibitedBy,
    }
    return { alert, history: [...history, { kind: 'resolved', note }], because: 'resolved' }
  }
  const state = members.some((member) => member.state === 'firing') ? 'firing' : 'recovering'
  // An old window judged again is an old story: it makes this alert neither worse nor live.
  const current = burning.filter(({ isCurrent }) => isCurrent)
  const isCritical = burning.some(({ monitor }) => monitor.severity === 'critical')
  const severity = worstSeverity(isCritical ? 'critical' : open.severity, current)
  if (open.state === 'firing' && state === 'recovering') {
    history.push({ kind: 'recovering', note: 'Every member is below its recovery limit.' })
  }
  if (open.state === 'recovering' && state === 'firing')
    history.push({ kind: 'refired', note: 'Beyond the limit again.' })
  if (severity !== open.severity) history.push(sayRise(open.severity, severity))
  const wentLive = open.historical && !input.historical && evidenceOf(current).length > 0
  if (wentLive)
    history.push({ kind: 'refired', note: 'Seen in live records too; until now only in back-filled ones.' })
  const onsetMs = Math.min(open.onsetMs, ...members.map((member) => member.onsetMs))
  // Earlier windows that were judged since belong to the same trouble; those who were told need not hear of it again.
  const isEarlier = onsetMs < open.onsetMs && joined.length === 0
  const isCorrected = history.some(({ kind }) => kind === 'corrected')
  if (isEarlier)
    history.push({
      kind: 'corrected',
      note: `It began earlier than was known: windows judged since show it from ${toRfc3339(onsetMs)} on.`,
    })
  const summary = open.summary.replace(formatInstant(open.onsetMs), formatInstant(onsetMs))
  const alert: Alert = {
    ...redescribe(input, { ...open, onsetMs, summary }, burning),
    members,
    state,
    severity,
    historical: open.historical && !wentLive,
  }
  const because: NotifyBecause | null = wentLive
    ? 'went_live'
    : severity !== open.severity
      ? 'upgraded'
      : joined.length > 0
        ? 'member_joined'
        : isCorrected
          ? 'corrected'
          : null
  return { alert, history, because }
}

/** History lines for windows of this alert's members that were judged differently the second time. */
export function corrections(alert: Alert, outcomes: readonly Outcome[]): HistoryLine[] {
  const members = new Set(alert.members.map((member) => member.monitorId))
  return outcomes.flatMap(({ corrected, monitor, result }) => {
    if (!corrected || !result || !members.has(monitor.id)) return []
    const said = describeResult({ monitor, result })
    return [
      {
        kind: 'corrected',
        note: `The window from ${toRfc3339(result.windowStartMs)} was judged again: ${result.verdict}, ${said}.`,
      },
    ]
  })
}

/**
 * The sentences follow the newest breach; windows that only calm down, or are long past, leave them as they were. So does
 * a milder breach of an alert that is critical: its words are those of the window that made it so.
 */
export function redescribe(input: AdvanceInput, alert: Alert, burning: readonly Outcome[]): Alert {
  const current = burning.filter(({ isCurrent }) => isCurrent)
  const evidence = evidenceOf(current)
  if (evidence.length === 0) return alert
  if (alert.severity === 'critical' && worstSeverity('warning', current) === 'warning') return alert
  return {
    ...alert,
    title: describeTitle(
      input.model.name,
      input.version.name,
      alert.cause,
      evidence,
      alert.inhibitedBy !== null,
    ),
    summary: describeSummary(alert.cause, alert.onsetMs, evidence),
  }
}

function evidenceOf(burning: readonly Outcome[]): Evidence[] {
  return burning
    .flatMap(({ monitor, result, signal }) => (result && signal === 'breach' ? [{ monitor, result }] : []))
    .sort(byWeight)
}

function worstSeverity(atLeast: Severity, burning: readonly Outcome[]): Severity {
  const critical = burning.some(
    ({ monitor, result }) => monitor.severity === 'critical' || result?.verdict === 'severe',
  )
  return critical ? 'critical' : atLeast
}

function sayRise(from: Severity, to: Severity): HistoryLine {
  return { kind: 'upgraded', note: `From ${from} to ${to}.` }
}

function noteOf({ monitor, result }: Outcome): string {
  return result ? `${describeResult({ monitor, result })}.` : `${monitor.column?.name ?? monitor.metric}.`
}

function recoveryNote(left: readonly Outcome[]): string {
  const policy = left[0]?.monitor.policy
  if (!policy) return 'Recovered.'
  if (left.some(({ result }) => result?.verdict === 'not_enough_data'))
    return `Calm for ${policy.recoverCount} windows: too few records to see a small change, enough to see this one.`
  return `Below ${Math.round(policy.recoverShare * 100)} % of the limit for ${policy.recoverCount} windows.`
}
