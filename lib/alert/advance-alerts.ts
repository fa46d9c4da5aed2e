/** Owns what one judged window does to the alerts of its version; pure, knows neither stores nor channels. */
import { advanceCause } from '@/lib/alert/advance-cause'
import {
  type AdvanceInput,
  type AdvanceResult,
  alertClockMs,
  type JudgedMonitor,
  type NotifyBecause,
  type NotifyWish,
} from '@/lib/alert/advance-input'
import { advanceMonitors, type Outcome } from '@/lib/alert/advance-monitors'
import { type AlertSubject, isSameSubject } from '@/lib/alert/alert-subject'
import { corrections, type HistoryLine } from '@/lib/alert/history-lines'
import { explainAlerts } from '@/lib/alert/inhibit'
import { redescribe } from '@/lib/alert/redescribe'
import type { Alert, AlertEvent, NotificationType } from '@/lib/domain/alert'
import { BREACH_VERDICTS } from '@/lib/domain/evaluation'
import { CAUSES } from '@/lib/domain/monitor'
import type { SliceRef } from '@/lib/domain/slice'

/**
 * Advances every monitor of the version by one window and groups what fires into alerts, one a cause.
 *
 * Use: `reopenable` from `listReopenable(version.id, reopenableSince(window, historical, nowMs))`; write `states`,
 * `alerts`, `events` and the rows of `queueNotifications(ctx, result.notify)` in one `commitVerdicts`.
 *
 * @returns changed states, alerts (new ones have negative ids; members of this window have `evaluationId` 0),
 *   their history, and who should hear of it.
 */
export function advanceAlerts(input: AdvanceInput): AdvanceResult {
  const atMs = alertClockMs(input.window, input.historical, input.nowMs)
  const outcomes = advanceMonitors(input)
  const drafts = draftAlerts(input, outcomes)
  applyInhibition(input, drafts, outcomes)

  const alerts: Alert[] = []
  const events: Omit<AlertEvent, 'id'>[] = []
  const notify: NotifyWish[] = []
  // The most basic cause is written last: of alerts of one window, lists that show the newest first then begin with it.
  for (const { alert, stored, history, because } of [...drafts.values()].reverse()) {
    if (!stored || history.length > 0 || hasChanged(stored, alert)) alerts.push(alert)
    events.push(...history.map((line) => ({ alertId: alert.id, atMs, actor: 'plumbline', ...line })))
    if (because && !alert.historical) notify.push({ alert, type: typeOf(because), because })
  }
  const states = outcomes.filter(({ before, after }) => before !== after).map(({ after }) => after)
  return { states, alerts, events, notify }
}

interface Draft {
  alert: Alert
  readonly stored: Alert | null
  readonly history: HistoryLine[]
  because: NotifyBecause | null
}

/** The alerts of all causes after this window, by id, and the untouched ones beside them. */
function draftAlerts(input: AdvanceInput, outcomes: readonly Outcome[]): Map<number, Draft> {
  const drafts = new Map<number, Draft>()
  subjectsOf(input).forEach((subject, index) => {
    const ofSubject = outcomes.filter(({ monitor }) => isSameSubject(monitor, subject))
    const { alert, history, because } = advanceCause(input, subject, ofSubject, -1 - index)
    if (!alert) return
    const stored = input.reopenable.find(({ id }) => id === alert.id) ?? null
    drafts.set(alert.id, { alert, stored, history: [...history], because })
  })
  for (const stored of input.reopenable) {
    if (drafts.has(stored.id)) continue
    const history = corrections(stored, outcomesOf(stored, outcomes))
    drafts.set(stored.id, { alert: stored, stored, history, because: null })
  }
  return drafts
}

/** What there may be an alert about: every cause, of the version and of each slice that is watched or has an alert. */
function subjectsOf({ monitors, reopenable }: AdvanceInput): AlertSubject[] {
  const slices = new Map<number, SliceRef | null>()
  for (const { slice } of [...monitors, ...reopenable]) if (slice) slices.set(slice.id, slice)
  return [null, ...slices.values()].flatMap((slice) => CAUSES.map((cause) => ({ cause, slice })))
}

function outcomesOf({ cause, slice = null }: Alert, outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter(({ monitor }) => isSameSubject(monitor, { cause, slice }))
}

/**
 * Marks which alert explains which, and lets those speak again whose explanation is over. A window that was judged
 * again long after says nothing of what explains an alert now.
 */
function applyInhibition(
  input: AdvanceInput,
  drafts: Map<number, Draft>,
  outcomes: readonly Outcome[],
): void {
  const current = new Set(outcomes.filter(({ isCurrent }) => isCurrent).map(({ monitor }) => monitor.id))
  const monitors = new Map(input.monitors.map((monitor) => [monitor.id, monitor]))
  const all = [...drafts.values()].map(({ alert }) => alert)
  const results = new Map(input.evaluations.map((result) => [result.monitorId, result]))
  const windowMs = input.window.endMs - input.window.startMs
  const breached = new Set(
    all
      .filter(({ members }) => members.some(({ monitorId }) => isBreach(results.get(monitorId))))
      .map(({ id }) => id),
  )
  const explained = explainAlerts(all, { monitors, results, windowMs })
  for (const [id, explanation] of explained) {
    const draft = drafts.get(id)
    if (!draft) continue
    const was = draft.alert.inhibitedBy
    const now = explanation?.id ?? null
    const speaksOfNow = draft.alert.members.some(({ monitorId }) => current.has(monitorId))
    if (was === now || (draft.stored && !speaksOfNow)) continue
    // What was explained calms down a little later than its explanation: only a breach of its own frees it.
    if (now === null && !breached.has(id)) continue
    const own = outcomesOf(draft.alert, outcomes)
    retitle(draft, redescribe(input, { ...draft.alert, inhibitedBy: now }, own))
    if (explanation && was === null)
      draft.history.push({ kind: 'inhibited', note: `Explained by: ${explanation.title}` })
    if (!explanation) {
      draft.history.push({ kind: 'uninhibited', note: 'What explained it is over, and it is still there.' })
      if (draft.alert.state === 'firing') draft.because ??= 'uninhibited'
    }
  }
}

/** Gives the alert other words, and its opening line in the history the same. */
function retitle(draft: Draft, alert: Alert): void {
  const opening = draft.history.findIndex(({ kind }) => kind === 'fired' || kind === 'reopened')
  const line = draft.history[opening]
  if (line && line.note === draft.alert.title) draft.history[opening] = { ...line, note: alert.title }
  draft.alert = alert
}

function isBreach(result: JudgedMonitor | undefined): boolean {
  return result !== undefined && BREACH_VERDICTS.has(result.verdict)
}

function typeOf(because: NotifyBecause): NotificationType {
  switch (because) {
    case 'resolved':
      return 'alert.resolved'
    case 'member_joined':
    case 'upgraded':
    case 'corrected':
      return 'alert.updated'
    default:
      return 'alert.firing'
  }
}

function hasChanged(stored: Alert, alert: Alert): boolean {
  return stored !== alert && JSON.stringify(stored) !== JSON.stringify(alert)
}
