/** Owns remembering that a person looked at an alert: one that nobody ever opens calls for a quieter monitor. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError, isAppError } from '@/lib/domain/errors'

/**
 * Remembers the first look; later ones, and those of machines, change nothing.
 * @throws AppError `forbidden`, `not_found`
 */
export async function seeAlert(ctx: Context, alertId: number): Promise<void> {
  requireScope(ctx.principal, 'read')
  const alert = await ctx.metadata.findAlert(alertId)
  if (!alert) throw new AppError('not_found', 'There is no such alert.', { reason: 'unknown_alert' })
  if (alert.firstSeenMs !== null || ctx.principal.kind !== 'user') return
  try {
    await ctx.metadata.changeAlert({ ...alert, firstSeenMs: ctx.nowMs }, alert, [], [])
  } catch (error) {
    // Somebody acted on it at this moment: so it was seen, and the next look remembers it.
    if (!isAppError(error) || error.code !== 'conflict') throw error
  }
}
