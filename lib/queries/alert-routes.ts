/** Owns the questions: which routes are there, and who would hear of an alert? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { type RouteSubject, type Routing, routeAlert } from '@/lib/alert/route-alert'
import { type AlertRoutes, AlertRoutesSchema, NO_ROUTES } from '@/lib/domain/alert-route'

/** Where the routes are kept: one value, so that an edit is whole or not at all. */
export const ROUTES_SETTING = 'alert.routes'

/** The routes in force. What cannot be read routes nothing: then everybody is told. */
export async function readRoutes(ctx: Context): Promise<AlertRoutes> {
  const text = await ctx.metadata.getSetting(ROUTES_SETTING)
  if (text === null) return NO_ROUTES
  try {
    return AlertRoutesSchema.parse(JSON.parse(text))
  } catch (error) {
    ctx.logger.error({ err: error }, 'the stored routes cannot be read; everybody is told')
    return NO_ROUTES
  }
}

/** Who would hear of such an alert at an instant, channel names included. */
export interface RoutingPreview extends Omit<Routing, 'channels'> {
  readonly channels: readonly { readonly id: number; readonly name: string; readonly route: string | null }[]
}

/** Only for administrators: channels are theirs. */
export async function previewRouting(
  ctx: Context,
  subject: RouteSubject,
  atMs: number,
  routes?: AlertRoutes['routes'],
): Promise<RoutingPreview> {
  requireScope(ctx.principal, 'admin')
  const channels = (await ctx.metadata.listChannels()).filter((channel) => channel.enabled)
  const routing = routeAlert(
    routes ?? (await readRoutes(ctx)).routes,
    subject,
    channels.map(({ id }) => id),
    atMs,
  )
  const names = new Map(channels.map(({ id, name }) => [id, name]))
  return {
    ...routing,
    channels: routing.channels.map(({ channelId, route }) => ({
      id: channelId,
      name: names.get(channelId) ?? '',
      route,
    })),
  }
}
