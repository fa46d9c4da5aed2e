/** Owns the question: what was a monitor worth in the last weeks? How often it called, and what people found. */
import type { MonitorUse } from '@/db/contracts/profile-records'
import type { Context } from '@/lib/access/context'
import { DAY_MS } from '@/lib/domain/time'

/** Noise is counted over so long. */
export const USE_DAYS = 30
/** Alerts of a monitor before its silence is a sign of anything. */
const ENOUGH_ALERTS = 3

export type Usefulness = 'useful' | 'noisy' | 'unseen' | 'quiet' | 'unjudged'

/** What its alerts of the last weeks say about a monitor. */
export function usefulnessOf({ fired, acknowledged, real, falseAlarms, unseen }: MonitorUse): Usefulness {
  if (fired === 0) return 'quiet'
  if (real > 0 && real >= falseAlarms) return 'useful'
  if (falseAlarms > 0) return 'noisy'
  // Who took one by a link in a message never opened it.
  return fired >= ENOUGH_ALERTS && unseen === fired && acknowledged === 0 ? 'unseen' : 'unjudged'
}

export async function readMonitorUse(
  ctx: Context,
  versionId: number,
  monitorId: number,
): Promise<MonitorUse> {
  return (await readUses(ctx, versionId)).get(monitorId) ?? unused(monitorId)
}

/** By monitor; those of the version that never called are absent. */
export async function readUses(ctx: Context, versionId: number): Promise<ReadonlyMap<number, MonitorUse>> {
  const uses = await ctx.metadata.listMonitorUse([versionId], ctx.nowMs - USE_DAYS * DAY_MS)
  return new Map(uses.map((use) => [use.monitorId, use]))
}

export function unused(monitorId: number): MonitorUse {
  return { monitorId, fired: 0, lastFiredMs: 0, acknowledged: 0, real: 0, falseAlarms: 0, unseen: 0 }
}
