/** Owns the question: how much is a version judged by, so that what a budget of false alarms costs can be told? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Version } from '@/lib/domain/model'
import type { Watched } from '@/lib/monitor/say-budget'

/** null while the version is not compared with a reference, or none of its columns is a number. */
export async function getWatched(ctx: Context, version: Version | null): Promise<Watched | null> {
  requireScope(ctx.principal, 'read')
  if (!version || version.profileId === null) return null
  const [stored, monitors, sliced, latest] = await Promise.all([
    ctx.metadata.findProfile(version.profileId),
    ctx.metadata.listMonitors(version.id),
    ctx.metadata.listSliceMonitors(version.id),
    ctx.metadata.latestEvaluations([version.id]),
  ])
  const drift = monitors.filter(({ metric, enabled }) => enabled && metric === 'drift')
  if (!stored || !drift.some(({ method }) => method === 'ks')) return null
  const counted = latest.filter(({ metric, n }) => metric === 'drift' && n > 0)
  const [largest] = [...counted].sort((a, b) => b.n - a.n)
  return {
    columns: drift.length,
    referenceRows: stored.profile.rows,
    ...(sliced.length > 0 ? { isSliced: true } : {}),
    recent: largest ? { records: largest.n, lengthMs: largest.windowEndMs - largest.windowStartMs } : null,
  }
}
