/** Owns the generic webhook: JSON under 20 KB, signed by the Standard Webhooks scheme. */
import type { HttpChannel } from '@/lib/channels/destination'
import { clipText } from '@/lib/channels/plain-text'
import { signatureHeaders } from '@/lib/channels/sign'
import { actsOf } from '@/lib/channels/webhook-acts'
import { webhookGroupBody } from '@/lib/channels/webhook-group'
import type { Message, MessageAlert, MessageLead } from '@/lib/domain/message'
import { toRfc3339 } from '@/lib/domain/time'

/** Receivers may refuse larger ones (Standard Webhooks). */
export const MAX_BODY_BYTES = 20_000

export const webhook: HttpChannel = {
  call({ url, secret }, { key, message, nowMs }) {
    const body = webhookBody(message)
    return { url, body, headers: signatureHeaders(secret, key, nowMs, body) }
  },
}

/** `{"type","timestamp","data":{…}}`, at most `MAX_BODY_BYTES`. */
export function webhookBody(message: Message): string {
  if (message.group) return webhookGroupBody(message, message.group, MAX_BODY_BYTES)
  const data = {
    ...wordsOf(message),
    ...(message.alert ? factsOf(message.alert) : { test: true }),
    ...actsOf(message.acts ?? []),
  }
  const wrap = (change: object) =>
    JSON.stringify({ type: message.type, timestamp: toRfc3339(message.atMs), data: { ...data, ...change } })
  const body = wrap({})
  if (Buffer.byteLength(body) <= MAX_BODY_BYTES) return body
  const short = { text: clipText(data.text, 500), top_columns: [], chart: null, runbook: null }
  const second = wrap(short)
  if (Buffer.byteLength(second) <= MAX_BODY_BYTES) return second
  const words = Object.entries(data).filter(([name]) => name !== 'dedup_key' && name !== 'link')
  return wrap({ ...Object.fromEntries(words.map(([name, value]) => [name, clipped(value)])), ...short })
}

function clipped(value: unknown): unknown {
  return typeof value === 'string' ? clipText(value, 200) : value
}

function wordsOf({ title, lines, link }: Message) {
  return { title, text: clipText([title, ...lines, link].join('\n'), 2_000), link }
}

function factsOf(alert: MessageAlert) {
  return {
    state: alert.state,
    severity: alert.severity,
    cause: alert.cause,
    model: alert.model,
    version: alert.version,
    slice: alert.slice ?? null,
    owner: alert.owner,
    since: toRfc3339(alert.onsetMs),
    fired_at: toRfc3339(alert.firedMs),
    resolved_at: alert.resolvedMs === null ? null : toRfc3339(alert.resolvedMs),
    resolution: alert.resolution,
    acknowledged_by: alert.acknowledgedBy,
    ...(alert.lead ? leadFacts(alert.lead) : {}),
    columns_hit: alert.columnsHit,
    top_columns: alert.topColumns,
    chart: alert.chart,
    runbook: alert.runbook,
    alert_id: alert.alertId,
    dedup_key: alert.dedupKey,
  }
}

function leadFacts(lead: MessageLead) {
  return {
    metric: lead.metric,
    method: lead.method,
    column: lead.column,
    value: lead.value,
    limit: lead.limit,
    value_text: lead.valueText,
    limit_text: lead.limitText,
    n: lead.n,
    n_reference: lead.nReference,
    p_corrected: lead.pCorrected,
    window: { start: toRfc3339(lead.windowStartMs), end: toRfc3339(lead.windowEndMs) },
    windows_breached: lead.windowsBreached,
    windows_judged: lead.windowsJudged,
  }
}
