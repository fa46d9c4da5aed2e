/** Owns ending the alerts of versions that no longer serve; what that means is decided in `lib/alert/end-service.ts`. */
import type { Context } from '@/lib/access/context'
import { endService, type ServiceEnd, serviceEnd } from '@/lib/alert/end-service'
import type { Alert } from '@/lib/domain/alert'
import { isAppError } from '@/lib/domain/errors'
import { queueNotifications } from '@/lib/services/notifications/queue-notifications'

/** More open alerts than an instance has: a version has one for each cause at most. */
const MAX_OPEN = 10_000

/**
 * Resolves the open alerts of versions that were retired or replaced. Everything it goes by is stored, so that a restart
 * changes nothing.
 * @param isWaiting versions with windows that are to be judged first
 * @returns alerts resolved
 */
export async function endReplaced(ctx: Context, isWaiting: (versionId: number) => boolean): Promise<number> {
  const open = await ctx.metadata.listAlerts({ states: ['firing', 'recovering'], limit: MAX_OPEN })
  let resolved = 0
  for (const versionId of new Set(open.map((alert) => alert.versionId))) {
    if (isWaiting(versionId)) continue
    const alerts = open.filter((alert) => alert.versionId === versionId)
    const end = await endOf(ctx, versionId)
    if (end && (await endAlerts(ctx, versionId, end, alerts))) resolved += alerts.length
  }
  return resolved
}

async function endOf(ctx: Context, versionId: number): Promise<ServiceEnd | null> {
  const version = await ctx.metadata.findVersionById(versionId)
  const model = version && (await ctx.metadata.findModelById(version.modelId))
  if (!model) return null
  return serviceEnd(version, await ctx.metadata.listVersions(model.id), model.settings.cadence)
}

/** @returns false when a person acted on one of them at the same moment: they are looked at again soon */
async function endAlerts(
  ctx: Context,
  versionId: number,
  end: ServiceEnd,
  open: readonly Alert[],
): Promise<boolean> {
  const { nowMs } = ctx
  const states = await ctx.metadata.listMonitorStates(versionId)
  const { notify, ...ended } = endService({ nowMs, end, open, states })
  const queued = await queueNotifications(ctx, notify)
  try {
    await ctx.metadata.commitVerdicts({
      versionId,
      window: { startMs: nowMs, endMs: nowMs },
      settlesDueMs: null,
      evaluations: [],
      states: ended.states,
      alerts: ended.alerts,
      alertsRead: open,
      events: [...ended.events, ...queued.events],
      notifications: queued.notifications,
    })
    return true
  } catch (error) {
    if (isAppError(error) && error.code === 'conflict') return false
    throw error
  }
}
