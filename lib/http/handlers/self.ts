/** Owns answering about Plumbline itself: its own alerts, and its sign of life to an outside watcher. */
import * as z from 'zod'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { MINUTE_MS, toRfc3339 } from '@/lib/domain/time'
import type { Handler } from '@/lib/http/exchange'
import { NothingBody, SilenceBody } from '@/lib/http/handlers/alerts'
import { idParam } from '@/lib/http/parameters'
import { readJson } from '@/lib/http/read-json'
import { jsonReply } from '@/lib/http/reply'
import { getHeartbeat, type Heartbeat } from '@/lib/queries/heartbeat'
import { listSelfAlerts } from '@/lib/queries/self-alerts'
import { acknowledgeSelfAlert } from '@/lib/services/notifications/acknowledge-self-alert'
import { setHeartbeat } from '@/lib/services/notifications/heartbeat'
import { silenceSelfAlert } from '@/lib/services/notifications/silence-self-alert'

export const HeartbeatBody = z.object({
  url: z.string().max(4_000).nullable().describe('Called by GET; null switches it off'),
  every_minutes: z.number().int().min(1).max(1_440).default(5),
})

export const heartbeatHandler: Handler = async (app, exchange) =>
  jsonReply(toApi(await getHeartbeat(app.contextFor(exchange.principal))))

export const setHeartbeatHandler: Handler = async (app, exchange) => {
  const { url, every_minutes } = await readJson(app, exchange, HeartbeatBody)
  const wish = url === null ? null : { url, everyMs: every_minutes * MINUTE_MS }
  return jsonReply(toApi(await setHeartbeat(app.contextFor(exchange.principal), wish)))
}

export const selfAlertsHandler: Handler = async (app, exchange) => {
  const alerts = await listSelfAlerts(app.contextFor(exchange.principal))
  return jsonReply({ alerts: alerts.map(toApiAlert) })
}

export const acknowledgeSelfHandler: Handler = async (app, exchange) => {
  await readJson(app, exchange, NothingBody)
  const ctx = app.contextFor(exchange.principal)
  return jsonReply(toApiAlert(await acknowledgeSelfAlert(ctx, idParam(exchange))))
}

export const silenceSelfHandler: Handler = async (app, exchange) => {
  const { reason, duration_ms } = await readJson(app, exchange, SilenceBody)
  const ctx = app.contextFor(exchange.principal)
  const wish = { reason, durationMs: duration_ms }
  return jsonReply(toApiAlert(await silenceSelfAlert(ctx, idParam(exchange), wish)))
}

function toApiAlert(alert: SelfAlert) {
  const instant = (ms: number | null) => (ms === null ? null : toRfc3339(ms))
  const { id, kind, severity, title, text } = alert
  return {
    id,
    kind,
    severity,
    title,
    text,
    fired: toRfc3339(alert.firedMs),
    resolved: instant(alert.resolvedMs),
    acknowledged_by: alert.acknowledgedBy,
    silenced_until: instant(alert.silencedUntilMs),
  }
}

function toApi(heartbeat: Heartbeat | null) {
  if (heartbeat === null) return { host: null, every_minutes: null, last: null }
  const { host, everyMs, last } = heartbeat
  return {
    host,
    every_minutes: everyMs / MINUTE_MS,
    last: last && { at: toRfc3339(last.atMs), error: last.reason },
  }
}
