/** Owns ending the alerts of what is no longer watched: versions that no longer serve, monitors that people switched off. */
import type { Context } from '@/lib/access/context'
import { endService, type ServiceEnd, serviceEnd } from '@/lib/alert/end-service'
import type { Alert, MonitorState } from '@/lib/domain/alert'
import { isAppError } from '@/lib/domain/errors'
import type { Version } from '@/lib/domain/model'
import { queueNotifications } from '@/lib/services/notifications/queue-notifications'

/** More open alerts than an instance has: a version has one for each cause at most. */
const MAX_OPEN = 10_000

const SWITCHED_OFF: ServiceEnd = { atMs: null, note: 'What it measured is no longer monitored.' }

/**
 * Resolves the open alerts of versions that were retired or replaced, and of monitors that were switched off or whose
 * slice was let go: their next window may be long in coming, or never come. Everything it goes by is stored, so that a
 * restart changes nothing.
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
    const over = end ? alerts : await switchedOff(ctx, versionId, alerts)
    if (over.length === 0) continue
    const states = await ctx.metadata.listMonitorStates(versionId)
    const members = new Set(over.flatMap((alert) => alert.members.map(({ monitorId }) => monitorId)))
    const ending = end ? states : states.filter(({ monitorId }) => members.has(monitorId))
    if (await endAlerts(ctx, versionId, end ?? SWITCHED_OFF, over, ending)) resolved += over.length
  }
  return resolved
}

/** Alerts of which no member is watched any more. */
async function switchedOff(ctx: Context, versionId: number, alerts: readonly Alert[]): Promise<Alert[]> {
  const version = await ctx.metadata.findVersionById(versionId)
  const over: Alert[] = []
  for (const alert of alerts) if (version && (await isSwitchedOff(ctx, version, alert))) over.push(alert)
  return over
}

/** Asked every few seconds of every open alert: one member that is watched answers it. */
async function isSwitchedOff(ctx: Context, { profileId }: Version, { members }: Alert): Promise<boolean> {
  for (const { monitorId } of members) {
    const monitor = await ctx.metadata.findMonitor(monitorId)
    // What belongs to a profile that was replaced is left to its successor.
    if (!monitor || monitor.profileId !== profileId) return false
    const slice = monitor.slice ? await ctx.metadata.findSlice(monitor.slice.id) : null
    if (monitor.enabled && (slice === null || slice.endedMs === null)) return false
  }
  return members.length > 0
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
  states: readonly MonitorState[],
): Promise<boolean> {
  const { nowMs } = ctx
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
