/** Owns changing the routes of alerts: all of them at once, checked, with the revision that was read. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import type { AlertRoutes } from '@/lib/domain/alert-route'
import { AppError } from '@/lib/domain/errors'
import { ROUTES_SETTING, readRoutes } from '@/lib/queries/alert-routes'

/**
 * Replaces all routes.
 * @param wish.revision the one that was read; the stored ones get the next
 * @throws AppError `conflict` when somebody changed them meanwhile, `invalid` for a channel that does not exist or a
 *   name twice, `forbidden`
 */
export async function saveRoutes(ctx: Context, wish: AlertRoutes): Promise<AlertRoutes> {
  requireScope(ctx.principal, 'admin')
  const stored = await readRoutes(ctx)
  if (stored.revision !== wish.revision) {
    throw new AppError('conflict', 'Somebody changed the routes meanwhile: read them again.', {
      reason: 'revision_mismatch',
    })
  }
  const channels = new Set((await ctx.metadata.listChannels()).map(({ id }) => id))
  const names = new Set<string>()
  for (const route of wish.routes) {
    const unknown = route.channels.find((id) => !channels.has(id))
    if (unknown !== undefined)
      throw new AppError(
        'invalid',
        `The route ${route.name} leads to channel ${unknown}, which does not exist.`,
        {
          field: 'channels',
        },
      )
    if (names.has(route.name))
      throw new AppError('invalid', `Two routes are called ${route.name}.`, { field: 'name' })
    names.add(route.name)
  }
  const next = { revision: stored.revision + 1, routes: wish.routes }
  await ctx.metadata.setSetting(ROUTES_SETTING, JSON.stringify(next))
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'routes.save',
    subject: `revision ${next.revision}: ${[...names].join(', ') || 'none'}`.slice(0, 500),
  })
  return next
}
