/** Owns how people's acts on an alert are stored: checked, retried against the evaluator, with history and audit. */
import type { Context } from '@/lib/access/context'
import { actorName, requireAct } from '@/lib/access/principal'
import type { LinkAction } from '@/lib/access/signed-link'
import type { NotifyBecause } from '@/lib/alert/advance-input'
import type { Alert, AlertEvent } from '@/lib/domain/alert'
import { AppError, isAppError } from '@/lib/domain/errors'
import { queueNotifications } from '@/lib/services/notifications/queue-notifications'

const MAX_TRIES = 5

/** What signed links can do, by what it is called in the audit log. */
const LINK_ACTS: Readonly<Record<string, LinkAction>> = {
  'alert.acknowledge': 'acknowledge',
  'alert.silence': 'silence',
  'alert.judge': 'false_alarm',
}

/** What an act makes of an alert. */
export interface AlertChange {
  readonly alert: Alert
  readonly kind: AlertEvent['kind']
  readonly note: string
  /** Tell channels, for this reason. */
  readonly because?: NotifyBecause
}

/**
 * Applies a person's act to the newest state of an alert, in one transaction with its history and messages.
 * When the evaluator moved the alert in between, the act is decided again on what it has become.
 *
 * @param act returns what to store, or null to leave the alert as it is; throws AppError to refuse
 * @param action for the audit log, for example `alert.acknowledge`
 * @throws AppError `forbidden` for readers, `not_found`, and what `act` throws
 */
export async function changeAlert(
  ctx: Context,
  alertId: number,
  action: string,
  act: (alert: Alert) => AlertChange | null,
): Promise<Alert> {
  requireAct(ctx.principal, 'alert', alertId, LINK_ACTS[action] ?? null)
  for (let tries = 1; ; tries++) {
    const alert = await ctx.metadata.findAlert(alertId)
    if (!alert) throw new AppError('not_found', 'There is no such alert.', { reason: 'unknown_alert' })
    const change = act(alert)
    if (!change) return alert
    try {
      return await store(ctx, alert, action, change)
    } catch (error) {
      if (!isAppError(error) || error.code !== 'conflict' || tries === MAX_TRIES) throw error
    }
  }
}

/** Refuses acts on an alert that is over. */
export function requireOpen(alert: Alert): void {
  if (alert.state === 'resolved') {
    throw new AppError('conflict', 'This alert is resolved already.', { reason: 'already_resolved' })
  }
}

async function store(ctx: Context, before: Alert, action: string, change: AlertChange): Promise<Alert> {
  const actor = actorName(ctx.principal)
  const { alert, kind, note, because } = change
  const wishes = because && !alert.historical ? [{ alert, type: 'alert.updated' as const, because }] : []
  const queued = await queueNotifications(ctx, wishes)
  const stored = await ctx.metadata.changeAlert(
    alert,
    before,
    [{ atMs: ctx.nowMs, kind, actor, note }, ...queued.events],
    queued.notifications,
  )
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor,
    action,
    subject: `alert ${alert.id}: ${alert.title}`,
  })
  return stored
}
