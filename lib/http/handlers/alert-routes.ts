/** Owns answering what administrators do with the routes of alerts. */
import * as z from 'zod'
import { AlertRouteSchema, AlertRoutesSchema } from '@/lib/domain/alert-route'
import type { Handler } from '@/lib/http/exchange'
import { readJson } from '@/lib/http/read-json'
import { jsonReply } from '@/lib/http/reply'
import { previewRouting, readRoutes } from '@/lib/queries/alert-routes'
import { saveRoutes } from '@/lib/services/notifications/save-routes'

export const PreviewBody = z.object({
  model: z.string().max(200).nullable().default(null),
  severity: z.enum(['warning', 'critical']).default('warning'),
  cause: z.string().max(100).default('input_drift'),
  owner: z.string().max(200).nullable().default(null),
  slice: z.string().max(200).nullable().default(null),
  at: z.iso.datetime({ offset: true }).optional().describe('Now when absent'),
  routes: z.array(AlertRouteSchema).max(100).optional().describe('To be tried before they are saved'),
})

export const alertRoutesHandler: Handler = async (app, exchange) =>
  jsonReply(await readRoutes(app.contextFor(exchange.principal)))

export const saveAlertRoutesHandler: Handler = async (app, exchange) => {
  const wish = await readJson(app, exchange, AlertRoutesSchema)
  return jsonReply(await saveRoutes(app.contextFor(exchange.principal), wish))
}

export const previewHandler: Handler = async (app, exchange) => {
  const { at, routes, ...subject } = await readJson(app, exchange, PreviewBody)
  const ctx = app.contextFor(exchange.principal)
  const atMs = at === undefined ? ctx.nowMs : Date.parse(at)
  const { channels, steps, isDefault } = await previewRouting(ctx, subject, atMs, routes)
  return jsonReply({ channels, steps, is_default: isDefault })
}
