/** Owns the question: whose is an alert, and what is there to read about it? The page, messages, routes and silences agree. */
import type { Context } from '@/lib/access/context'
import { type Keeper, keeperOf } from '@/lib/alert/keeper-of'
import type { Alert } from '@/lib/domain/alert'
import type { Model } from '@/lib/domain/model'

export async function readKeeper(
  ctx: Context,
  alert: Pick<Alert, 'members'>,
  model: Pick<Model, 'settings'>,
): Promise<Keeper> {
  const [first] = alert.members
  return keeperOf(first ? await ctx.metadata.findMonitor(first.monitorId) : null, model)
}
