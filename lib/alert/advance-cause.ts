/** Owns the life of the alert of one version and cause over one window: open, grow, shrink, end, come back. Pure. */
import {
  type AdvanceInput,
  alertClockMs,
  type NotifyBecause,
  REOPEN_WITHIN_MS,
} from '@/lib/alert/advance-input'
import { isOnFire } from '@/lib/alert/advance-monitor'
import type { Outcome } from '@/lib/alert/advance-monitors'
import { type AlertSubject, dedupKeyOf, isSameSubject } from '@/lib/alert/alert-subject'
import { describeSummary, describeTitle } from '@/lib/alert/describe-alert'
import { formatInstant } from '@/lib/alert/format-value'
import { corrections, type HistoryLine, memberLines, recoveryNote, sayRise } from '@/lib/alert/history-lines'
import { type MemberChange, nextMembers } from '@/lib/alert/next-members'
import { evidenceOf, redescribe, worstSeverity } from '@/lib/alert/redescribe'
import { type Alert, UNTOUCHED } from '@/lib/domain/alert'
import { toRfc3339 } from '@/lib/domain/time'

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
  const change = nextMembers(open.members, outcomes)
  const { members, joined } = change
  const corrected = corrections(open, outcomes)
  if (members.length === 0) return end(open, change, corrected, clockMs)
  const history = [...corrected, ...memberLines(change)]
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
        : corrected.length > 0
          ? 'corrected'
          : null
  return { alert, history, because }
}

/** The last members left: recovered, or no longer watched. */
function end(
  open: Alert,
  { left }: MemberChange,
  corrected: readonly HistoryLine[],
  clockMs: number,
): CauseAdvance {
  const isRecovered = left.length > 0
  const note = isRecovered ? recoveryNote(left) : 'What it measured is no longer monitored.'
  // Its last members stay, and so does what explained it to the end: lists can fold it under its cause for good.
  const alert: Alert = {
    ...open,
    state: 'resolved',
    resolvedMs: clockMs,
    resolution: isRecovered ? 'recovered' : 'superseded',
  }
  return { alert, history: [...corrected, { kind: 'resolved', note }], because: 'resolved' }
}
