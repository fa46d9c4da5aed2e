/** Owns the JSON that receivers get: what an alert says to machines and to a person's phone. No raw feature values. */
import {
  clip,
  formatDuration,
  formatInstant,
  formatNames,
  formatP,
  formatPair,
  formatValue,
} from '@/lib/alert/format-value'
import type { Alert, NotificationType } from '@/lib/domain/alert'
import type { ColumnRef } from '@/lib/domain/column'
import { getMetric, type MetricUnit } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import { toRfc3339 } from '@/lib/domain/time'

/** Receivers may refuse larger ones (Standard Webhooks). */
export const MAX_BODY_BYTES = 20_000
const TOP_COLUMNS = 3

/** The newest result of one member, as the body needs it. */
export interface BodyEvidence {
  readonly monitorId: number
  readonly metric: string
  readonly method: string | null
  readonly column: ColumnRef | null
  readonly value: number | null
  readonly limit: number | null
  readonly n: number
  readonly nReference: number | null
  readonly pCorrected: number | null
  readonly windowStartMs: number
  readonly windowEndMs: number
  /** The monitor's latest windows, newest last. */
  readonly recent: readonly (0 | 1)[]
}

export interface BodyInput {
  readonly type: NotificationType
  readonly alert: Alert
  readonly model: Model
  readonly version: Version
  /** In the order of the alert's members; may be empty when the evaluations are gone. */
  readonly evidence: readonly BodyEvidence[]
  /** When this body is written. */
  readonly nowMs: number
  readonly publicUrl: string
}

const WORDS: Readonly<Record<NotificationType, string>> = {
  'alert.firing': 'FIRING',
  'alert.updated': 'UPDATED',
  'alert.resolved': 'RESOLVED',
  'channel.test': 'TEST',
}

/** The body of a message about an alert, under 20 KB: `{"type","timestamp","data":{…}}`. */
export function notificationBody(input: BodyInput): string {
  const { type, alert, model, version, evidence, nowMs, publicUrl } = input
  const lead = evidence[0]
  const link = `${publicUrl}/alerts/${alert.id}`
  const columns = evidence.flatMap((one) => (one.column ? [one.column.name] : []))
  const data = {
    title: firstLine(input),
    text: clip(sentences(input, link).join('\n'), 2_000),
    state: alert.state,
    severity: alert.severity,
    cause: alert.cause,
    model: model.name,
    version: version.name,
    owner: model.settings.owner,
    since: toRfc3339(alert.onsetMs),
    fired_at: toRfc3339(alert.firedMs),
    resolved_at: alert.resolvedMs === null ? null : toRfc3339(alert.resolvedMs),
    resolution: alert.resolution,
    acknowledged_by: alert.acknowledgedBy,
    ...(lead ? leadFacts(lead) : {}),
    columns_hit: new Set(columns).size,
    top_columns: topColumns(evidence),
    link,
    chart: lead?.column ? chartLink(publicUrl, model, version, lead, alert) : null,
    runbook: model.settings.runbookUrl,
    alert_id: alert.id,
    dedup_key: alert.dedupKey,
  }
  const body = JSON.stringify({ type, timestamp: toRfc3339(nowMs), data })
  if (Buffer.byteLength(body) <= MAX_BODY_BYTES) return body
  const short = { ...data, text: clip(data.text, 500), top_columns: [], chart: null, runbook: null }
  return JSON.stringify({ type, timestamp: toRfc3339(nowMs), data: short })
}

/** The body of the test button's message. */
export function testBody(channel: string, nowMs: number, publicUrl: string): string {
  const title = `[TEST] Plumbline reaches the channel ${channel}`
  const text = `${title}\nNothing is wrong: somebody pressed the test button.`
  const data = { title, text, test: true, link: `${publicUrl}/settings/channels` }
  return JSON.stringify({ type: 'channel.test', timestamp: toRfc3339(nowMs), data })
}

/** `[FIRING] fraud v7: KS 0.31 > 0.2 on amount`; the line a phone shows. */
export function firstLine({ type, alert }: Pick<BodyInput, 'type' | 'alert'>): string {
  const isLate = type !== 'alert.resolved' && alert.state === 'resolved'
  return clip(`[${WORDS[type]}] ${alert.title}${isLate ? ' (ended meanwhile)' : ''}`, 500)
}

function sentences(input: BodyInput, link: string): string[] {
  const { alert, evidence, model } = input
  const lines = [firstLine(input)]
  if (alert.resolvedMs !== null) {
    lines.push(
      `It lasted ${formatDuration(alert.resolvedMs - alert.onsetMs)}, from ${formatInstant(alert.onsetMs)}.`,
    )
  } else {
    lines.push(`Since ${formatInstant(alert.onsetMs)}${breachedWindows(evidence[0])}.`)
  }
  const lead = evidence[0]
  if (lead && lead.n > 0) {
    const against = lead.nReference === null ? '' : ` against ${lead.nReference.toLocaleString('en-US')}`
    const p = lead.pCorrected === null ? '' : `, corrected p ${formatP(lead.pCorrected)}`
    lines.push(`n = ${lead.n.toLocaleString('en-US')}${against}${p}.`)
  }
  const names = [...new Set(evidence.flatMap((one) => (one.column ? [one.column.name] : [])))]
  if (names.length > 1) lines.push(`Columns hit: ${formatNames(names, TOP_COLUMNS)}.`)
  if (model.settings.owner) lines.push(`Owner: ${model.settings.owner}.`)
  lines.push(link)
  return lines
}

function breachedWindows(lead: BodyEvidence | undefined): string {
  if (!lead || lead.recent.length < 2) return ''
  const breached = lead.recent.filter((bit) => bit === 1).length
  return `, ${breached} of the last ${lead.recent.length} windows`
}

function leadFacts(lead: BodyEvidence) {
  const { unit } = getMetric(lead.metric)
  const [valueText, limitText] = textsOf(lead, unit)
  return {
    metric: lead.metric,
    method: lead.method,
    column: lead.column?.name ?? null,
    value: lead.value,
    limit: lead.limit,
    value_text: valueText,
    limit_text: limitText,
    n: lead.n,
    n_reference: lead.nReference,
    p_corrected: lead.pCorrected,
    window: { start: toRfc3339(lead.windowStartMs), end: toRfc3339(lead.windowEndMs) },
    windows_breached: lead.recent.filter((bit) => bit === 1).length,
    windows_judged: lead.recent.length,
  }
}

function textsOf({ value, limit }: BodyEvidence, unit: MetricUnit): readonly [string | null, string | null] {
  if (value !== null && limit !== null) return formatPair(value, limit, unit)
  const text = (one: number | null) => (one === null ? null : formatValue(one, unit))
  return [text(value), text(limit)]
}

/** The columns that moved most, one entry each. */
function topColumns(evidence: readonly BodyEvidence[]) {
  const seen = new Set<string>()
  const top: { column: string; metric: string; value: number | null; limit: number | null }[] = []
  for (const one of evidence) {
    if (!one.column || seen.has(one.column.name) || top.length === TOP_COLUMNS) continue
    seen.add(one.column.name)
    top.push({ column: one.column.name, metric: one.metric, value: one.value, limit: one.limit })
  }
  return top
}

/** The page of the leading column over the time that matters: as long before the onset as since, at least one window. */
function chartLink(
  publicUrl: string,
  model: Model,
  version: Version,
  lead: BodyEvidence,
  alert: Alert,
): string {
  const part = lead.column?.family === 'output' ? 'outputs' : 'inputs'
  const sinceMs = Math.max(lead.windowEndMs - alert.onsetMs, lead.windowEndMs - lead.windowStartMs)
  const query = new URLSearchParams({
    version: version.name,
    from: toRfc3339(alert.onsetMs - sinceMs),
    to: toRfc3339(lead.windowEndMs),
  })
  const column = part === 'inputs' ? `/${encodeURIComponent(lead.column?.name ?? '')}` : ''
  return `${publicUrl}/models/${encodeURIComponent(model.name)}/${part}${column}?${query}`
}
