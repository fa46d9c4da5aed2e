/** Owns answering what people change about versions and monitors, and reading monitors. */
import * as z from 'zod'
import { DEPLOYMENT_MODES } from '@/lib/domain/model'
import { toRfc3339 } from '@/lib/domain/time'
import type { Handler } from '@/lib/http/exchange'
import { idParam } from '@/lib/http/parameters'
import { VersionQuery } from '@/lib/http/queries-models'
import { readJson, readQuery } from '@/lib/http/read-json'
import { jsonReply } from '@/lib/http/reply'
import { EARLIER_BASELINES } from '@/lib/monitor/earlier-windows'
import { backTestMonitor, type TestedRule } from '@/lib/queries/back-test'
import { getModel } from '@/lib/queries/list-models'
import { listMonitors, toApiMonitor } from '@/lib/queries/list-monitors'
import { getMonitorPage } from '@/lib/queries/monitor-page'
import { sayBackTest } from '@/lib/queries/say-back-test'
import { updateMonitor } from '@/lib/services/models/update-monitor'
import { updateVersionMode } from '@/lib/services/models/update-version-mode'
import { MONITOR_METHODS } from '@/lib/stats/methods'

const CountSchema = z.number().int().min(1)

export const VersionChange = z.strictObject({ mode: z.enum(DEPLOYMENT_MODES) })

/** Settings of a monitor that people may change; what is not named stays. */
export const MonitorSettingsBody = z.strictObject({
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
    .enum(['training', ...EARLIER_BASELINES, 'none'])
    .optional()
    .describe(
      'What it is compared with: the reference profile, the week before, or the same hour of earlier weeks; custom metrics have no reference, and with none only a limit set by hand',
    ),
  severity: z.enum(['warning', 'critical']).optional(),
  fixedLimit: z
    .number()
    .min(0)
    .nullable()
    .optional()
    .describe('A limit in place of the calibrated one, in the unit of the metric; null: calibrated'),
  policy: z
    .strictObject({
      fireCount: CountSchema.optional().describe('It fires when so many …'),
      fireOf: CountSchema.optional().describe('… of the latest so many windows breach'),
      recoverCount: CountSchema.optional().describe('It recovers when so many windows in a row lie …'),
      recoverShare: z.number().optional().describe('… below this share of the limit'),
    })
    .optional(),
  owner: z.string().trim().max(200).nullable().optional().describe("Asked first; null: the model's owner"),
  runbookUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .nullable()
    .optional()
    .describe("Address of what to do; null: the model's"),
})

export const MonitorChangeBody = MonitorSettingsBody.extend({
  why: z.string().trim().max(1_000).default('').describe('Kept with the change, for those who come later'),
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
  const { why, ...change } = await readJson(app, exchange, MonitorChangeBody)
  const ctx = app.contextFor(exchange.principal)
  const { monitor, version } = await updateMonitor(ctx, idParam(exchange), change, why)
  return jsonReply(toApiMonitor(monitor, version.name))
}

export const monitorHistoryHandler: Handler = async (app, exchange) => {
  const { revisions } = await getMonitorPage(app.contextFor(exchange.principal), idParam(exchange))
  return jsonReply({
    revisions: revisions.map(({ atMs, actor, why, before, after }) => ({
      at: toRfc3339(atMs),
      actor,
      why,
      before,
      after,
    })),
  })
}

export const backTestHandler: Handler = async (app, exchange) => {
  const change = await readJson(app, exchange, MonitorSettingsBody)
  const ctx = app.contextFor(exchange.principal)
  const tested = await backTestMonitor(ctx, idParam(exchange), change, exchange.signal)
  return jsonReply({
    from: toRfc3339(tested.range.startMs),
    to: toRfc3339(tested.range.endMs),
    sentence: sayBackTest(tested),
    past: toApiRule(tested.past),
    changed: toApiRule(tested.changed),
  })
}

function toApiRule({ episodes, windows }: TestedRule) {
  return {
    alerts: episodes.map(({ onsetMs, firedMs, endMs, peak }) => ({
      onset: toRfc3339(onsetMs),
      fired: toRfc3339(firedMs),
      ended: endMs === null ? null : toRfc3339(endMs),
      peak,
    })),
    windows: windows.map(({ startMs, endMs, value, limit, n, verdict }) => ({
      start: toRfc3339(startMs),
      end: toRfc3339(endMs),
      value,
      limit,
      n,
      verdict,
    })),
  }
}
