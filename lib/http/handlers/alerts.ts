/** Owns answering reads of alerts and what people do to them. */
import * as z from 'zod'
import type { Context } from '@/lib/access/context'
import { ALERT_JUDGEMENTS, ALERT_STATES, type Alert, type AlertState } from '@/lib/domain/alert'
import { toRfc3339 } from '@/lib/domain/time'
import type { Handler, Reply } from '@/lib/http/exchange'
import { CursorParameter, idParam, limitParameter } from '@/lib/http/parameters'
import { readJson, readQuery } from '@/lib/http/read-json'
import { emptyReply, jsonReply } from '@/lib/http/reply'
import { type AlertItem, toAlertItems } from '@/lib/queries/alert-item'
import { getAlert } from '@/lib/queries/get-alert'
import { listAlerts, MAX_ALERTS_A_PAGE } from '@/lib/queries/list-alerts'
import { acknowledgeAlert } from '@/lib/services/alerts/acknowledge-alert'
import { assignAlert } from '@/lib/services/alerts/assign-alert'
import { commentAlert } from '@/lib/services/alerts/comment-alert'
import { judgeAlert } from '@/lib/services/alerts/judge-alert'
import { resolveAlert } from '@/lib/services/alerts/resolve-alert'
import { seeAlert } from '@/lib/services/alerts/see-alert'
import { silenceAlert } from '@/lib/services/alerts/silence-alert'

export const AlertsQuery = z.object({
  state: z
    .enum(['open', ...ALERT_STATES])
    .optional()
    .describe('open: firing or recovering'),
  model: z.string().optional(),
  historical: z.enum(['0', '1']).default('0').describe('1: alerts found in back-filled windows instead'),
  limit: limitParameter(50, MAX_ALERTS_A_PAGE),
  cursor: CursorParameter,
})

export const NothingBody = z.looseObject({})
export const ResolveBody = z.object({ note: z.string().max(1_000).default('') })
export const SilenceBody = z.object({
  reason: z.string().min(1).max(500),
  duration_ms: z.number().int().positive().optional().describe('One minute to 30 days; 4 hours when absent'),
})

export const AssignBody = z.strictObject({
  assignee: z.string().max(200).nullable().describe('A person or a team; null: nobody'),
})
export const CommentBody = z.strictObject({ text: z.string().max(4_000) })
export const JudgeBody = z.strictObject({
  judgement: z
    .enum(ALERT_JUDGEMENTS)
    .nullable()
    .describe('What it turned out to be; null takes the mark back'),
})

const OPEN: readonly AlertState[] = ['firing', 'recovering']

export const alertsHandler: Handler = async (app, exchange) => {
  const { state, model, historical, limit, cursor } = readQuery(exchange, AlertsQuery)
  const { alerts, next } = await listAlerts(app.contextFor(exchange.principal), {
    ...(state === undefined ? {} : { states: state === 'open' ? OPEN : [state] }),
    model,
    historical: historical === '1',
    limit,
    before: cursor,
  })
  return jsonReply({ alerts: alerts.map((item) => toApi(item, app.publicUrl)), next })
}

export const alertHandler: Handler = async (app, exchange) => {
  const { item, events } = await getAlert(app.contextFor(exchange.principal), idParam(exchange))
  const history = events.map(({ atMs, kind, actor, note }) => ({ at: toRfc3339(atMs), kind, actor, note }))
  return jsonReply({ ...toApi(item, app.publicUrl), events: history })
}

export const acknowledgeHandler: Handler = async (app, exchange) => {
  await readJson(app, exchange, NothingBody)
  const ctx = app.contextFor(exchange.principal)
  return changed(ctx, await acknowledgeAlert(ctx, idParam(exchange)))
}

export const resolveHandler: Handler = async (app, exchange) => {
  const { note } = await readJson(app, exchange, ResolveBody)
  const ctx = app.contextFor(exchange.principal)
  return changed(ctx, await resolveAlert(ctx, idParam(exchange), note))
}

export const silenceHandler: Handler = async (app, exchange) => {
  const { reason, duration_ms } = await readJson(app, exchange, SilenceBody)
  const ctx = app.contextFor(exchange.principal)
  return changed(ctx, await silenceAlert(ctx, idParam(exchange), { reason, durationMs: duration_ms }))
}

export const assignHandler: Handler = async (app, exchange) => {
  const { assignee } = await readJson(app, exchange, AssignBody)
  const ctx = app.contextFor(exchange.principal)
  return changed(ctx, await assignAlert(ctx, idParam(exchange), assignee))
}

export const commentHandler: Handler = async (app, exchange) => {
  const { text } = await readJson(app, exchange, CommentBody)
  const ctx = app.contextFor(exchange.principal)
  return changed(ctx, await commentAlert(ctx, idParam(exchange), text))
}

export const judgeHandler: Handler = async (app, exchange) => {
  const { judgement } = await readJson(app, exchange, JudgeBody)
  const ctx = app.contextFor(exchange.principal)
  return changed(ctx, await judgeAlert(ctx, idParam(exchange), judgement))
}

export const seeHandler: Handler = async (app, exchange) => {
  await readJson(app, exchange, NothingBody)
  await seeAlert(app.contextFor(exchange.principal), idParam(exchange))
  return emptyReply()
}

async function changed(ctx: Context, alert: Alert): Promise<Reply> {
  const items = await toAlertItems(ctx, [alert])
  return jsonReply(items.map((item) => toApi(item, ctx.publicUrl))[0])
}

function toApi(item: AlertItem, publicUrl: string) {
  const instant = (ms: number | null) => (ms === null ? null : toRfc3339(ms))
  return {
    id: item.id,
    model: item.model,
    version: item.version,
    slice: item.slice,
    cause: item.cause,
    severity: item.severity,
    state: item.state,
    title: item.title,
    summary: item.summary,
    onset: toRfc3339(item.onsetMs),
    fired: toRfc3339(item.firedMs),
    resolved: instant(item.resolvedMs),
    acknowledged_by: item.acknowledgedBy,
    assignee: item.assignee,
    judgement: item.judgement,
    silenced_until: instant(item.silencedUntilMs),
    inhibited: item.isInhibited,
    historical: item.historical,
    members: item.memberCount,
    url: `${publicUrl}/alerts/${item.id}`,
  }
}
