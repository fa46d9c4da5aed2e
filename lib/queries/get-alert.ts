/** Owns the question: how does one alert stand, and what happened to it? For the API; the page asks `alert-page`. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { AlertEvent } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'
import { type AlertItem, toAlertItems } from '@/lib/queries/alert-item'

/** @throws AppError `not_found` */
export async function getAlert(
  ctx: Context,
  alertId: number,
): Promise<{ item: AlertItem; events: AlertEvent[] }> {
  requireScope(ctx.principal, 'read')
  const alert = await ctx.metadata.findAlert(alertId)
  const [item] = alert ? await toAlertItems(ctx, [alert]) : []
  if (!item) throw new AppError('not_found', 'There is no such alert.', { reason: 'unknown_alert' })
  return { item, events: await ctx.metadata.listAlertEvents(alertId) }
}
