/** Owns answering what people change about versions and monitors, and reading monitors. */
import * as z from 'zod'
import { DEPLOYMENT_MODES } from '@/lib/domain/model'
import type { Handler } from '@/lib/http/exchange'
import { idParam } from '@/lib/http/parameters'
import { VersionQuery } from '@/lib/http/queries-models'
import { readJson, readQuery } from '@/lib/http/read-json'
import { jsonReply } from '@/lib/http/reply'
import { EARLIER_BASELINES } from '@/lib/monitor/earlier-windows'
import { getModel } from '@/lib/queries/list-models'
import { listMonitors, toApiMonitor } from '@/lib/queries/list-monitors'
import { updateMonitor } from '@/lib/services/models/update-monitor'
import { updateVersionMode } from '@/lib/services/models/update-version-mode'
import { MONITOR_METHODS } from '@/lib/stats/methods'

export const VersionChange = z.strictObject({ mode: z.enum(DEPLOYMENT_MODES) })

export const MonitorChangeBody = z.strictObject({
  enabled: z.boolean().optional(),
  effectFloor: z
    .number()
    .min(0)
    .optional()
    .describe('Smallest effect that counts, in the unit of the metric'),
  method: z
    .enum(MONITOR_METHODS.map(({ id }) => id))
    .optional()
    .describe('Distance to judge by; with another method the floor becomes its own, unless named too'),
  baseline: z
    .enum(['training', ...EARLIER_BASELINES])
    .optional()
    .describe(
      'What a distribution is compared with: the reference profile, the week before, or the same hour of earlier weeks',
    ),
  severity: z.enum(['warning', 'critical']).optional(),
})

export const updateVersionHandler: Handler = async (app, exchange) => {
  const { model = '', version = '' } = exchange.params
  const { mode } = await readJson(app, exchange, VersionChange)
  const ctx = app.contextFor(exchange.principal)
  await updateVersionMode(ctx, { model, version, mode })
  const { versions } = await getModel(ctx, model)
  return jsonReply(versions.find((item) => item.version === version))
}

export const monitorsHandler: Handler = async (app, exchange) => {
  const { version } = readQuery(exchange, VersionQuery)
  const ctx = app.contextFor(exchange.principal)
  return jsonReply({ monitors: await listMonitors(ctx, exchange.params.model ?? '', version ?? null) })
}

export const updateMonitorHandler: Handler = async (app, exchange) => {
  const change = await readJson(app, exchange, MonitorChangeBody)
  const ctx = app.contextFor(exchange.principal)
  const { monitor, version } = await updateMonitor(ctx, idParam(exchange), change)
  return jsonReply(toApiMonitor(monitor, version.name))
}
