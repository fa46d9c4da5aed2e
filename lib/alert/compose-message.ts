/** Owns what an alert says at the moment it leaves, to machines and to a person's phone, whatever the channel. No raw feature values. */

import {
  clip,
  formatDuration,
  formatInstant,
  formatNames,
  formatP,
  formatPair,
  formatValue,
} from '@/lib/alert/format-value'
import { type Keeper, keeperOf } from '@/lib/alert/keeper-of'
import type { Alert, NotificationType } from '@/lib/domain/alert'
import type { ColumnRef } from '@/lib/domain/column'
import type { Message, MessageAct, MessageColumn, MessageLead } from '@/lib/domain/message'
import { getMetric, type MetricUnit } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import { toRfc3339 } from '@/lib/domain/time'

const TOP_COLUMNS = 3

/** The newest result of one member, as a message needs it. */
export interface MessageEvidence {
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

export interface MessageInput {
  readonly type: NotificationType
  readonly alert: Alert
  readonly model: Model
  readonly version: Version
  /** In the order of the alert's members; may be empty when the evaluations are gone. */
  readonly evidence: readonly MessageEvidence[]
  /** When this message is written. */
  readonly nowMs: number
  readonly publicUrl: string
  /** Whose it is; of the model when absent. */
  readonly keeper?: Keeper
  /** The alert was a warning first. */
  readonly isRaised?: boolean
  /** Links that act without signing in. */
  readonly acts?: readonly MessageAct[]
}

/** The word that every first line begins with. */
export const TYPE_WORDS: Readonly<Record<NotificationType, string>> = {
  'alert.firing': 'FIRING',
  'alert.updated': 'UPDATED',
  'alert.acknowledged': 'ACKNOWLEDGED',
  'alert.resolved': 'RESOLVED',
  'alert.group': 'FIRING',
  'channel.test': 'TEST',
}

/** The message about an alert. */
export function composeMessage(input: MessageInput): Message {
  const { type, alert, model, version, evidence, nowMs, publicUrl, acts = [] } = input
  const [lead] = evidence
  const keeper = input.keeper ?? keeperOf(null, model)
  const columns = evidence.flatMap((one) => (one.column ? [one.column.name] : []))
  return {
    type,
    atMs: nowMs,
    title: firstLine(input),
    lines: [...sentences(input, keeper), ...actSentence(acts)],
    link: `${publicUrl}/alerts/${alert.id}`,
    publicUrl,
    acts,
    alert: {
      alertId: alert.id,
      dedupKey: alert.dedupKey,
      state: alert.state,
      severity: alert.severity,
      isRaised: input.isRaised ?? false,
      cause: alert.cause,
      model: model.name,
      version: version.name,
      slice: alert.slice?.name ?? null,
      owner: keeper.owner,
      onsetMs: alert.onsetMs,
      firedMs: alert.firedMs,
      resolvedMs: alert.resolvedMs,
      resolution: alert.resolution,
      acknowledgedBy: alert.acknowledgedBy,
      lead: lead ? leadFacts(lead) : null,
      columnsHit: new Set(columns).size,
      topColumns: topColumns(evidence),
      chart: lead?.column ? chartLink(publicUrl, model, version, lead, alert) : null,
      runbook: keeper.runbookUrl,
    },
  }
}

/**
 * Says what the links are for and how long they work; nothing where there are none.
 * @param whom with a space before it
 */
export function actSentence([first]: readonly MessageAct[], whom = ''): string[] {
  if (!first) return []
  return [`To act${whom} without signing in, follow a link until ${formatInstant(first.expiresMs)}.`]
}

/** `[FIRING] fraud v7: KS 0.31 > 0.2 on amount`; the line a phone shows. */
export function firstLine({ type, alert }: Pick<MessageInput, 'type' | 'alert'>): string {
  const isLate = type !== 'alert.resolved' && alert.state === 'resolved'
  return clip(`[${TYPE_WORDS[type]}] ${alert.title}${isLate ? ' (ended meanwhile)' : ''}`, 500)
}

/** What follows the first line. */
function sentences({ alert, evidence }: MessageInput, { owner }: Keeper): string[] {
  const lines: string[] = []
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
  if (owner) lines.push(`Owner: ${owner}.`)
  if (alert.acknowledgedBy !== null) lines.push(`Acknowledged by ${alert.acknowledgedBy}.`)
  return lines.map((line) => clip(line, 1_000))
}

function breachedWindows(lead: MessageEvidence | undefined): string {
  if (!lead || lead.recent.length < 2) return ''
  const breached = lead.recent.filter((bit) => bit === 1).length
  return `, ${breached} of the last ${lead.recent.length} windows`
}

function leadFacts(lead: MessageEvidence): MessageLead {
  const { unit } = getMetric(lead.metric)
  const [valueText, limitText] = textsOf(lead, unit)
  return {
    metric: lead.metric,
    method: lead.method,
    column: lead.column?.name ?? null,
    value: lead.value,
    limit: lead.limit,
    valueText,
    limitText,
    n: lead.n,
    nReference: lead.nReference,
    pCorrected: lead.pCorrected,
    windowStartMs: lead.windowStartMs,
    windowEndMs: lead.windowEndMs,
    windowsBreached: lead.recent.filter((bit) => bit === 1).length,
    windowsJudged: lead.recent.length,
  }
}

function textsOf(
  { value, limit }: MessageEvidence,
  unit: MetricUnit,
): readonly [string | null, string | null] {
  if (value !== null && limit !== null) return formatPair(value, limit, unit)
  const text = (one: number | null) => (one === null ? null : formatValue(one, unit))
  return [text(value), text(limit)]
}

/** The columns that moved most, one entry each. */
function topColumns(evidence: readonly MessageEvidence[]): MessageColumn[] {
  const seen = new Set<string>()
  const top: MessageColumn[] = []
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
  lead: MessageEvidence,
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
