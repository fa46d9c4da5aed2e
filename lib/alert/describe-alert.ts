/** Owns the sentences of an alert: its first line and its summary. Knows nothing of states or channels. */
import type { JudgedMonitor } from '@/lib/alert/advance-input'
import { CAUSE_WORDS, wordsFor } from '@/lib/alert/cause-words'
import {
  clip,
  formatInstant,
  formatNames,
  formatP,
  formatPair,
  formatValue,
  significant,
} from '@/lib/alert/format-value'
import { limitRatio, verdictRank } from '@/lib/alert/read-verdict'
import { BREACH_VERDICTS } from '@/lib/domain/evaluation'
import { getMetric, isOfWholeRecords } from '@/lib/domain/metric'
import type { Cause, Monitor } from '@/lib/domain/monitor'
import { DRIFT_METHODS } from '@/lib/stats/methods'

/** A monitor with the result that speaks for it. */
export interface Evidence {
  readonly monitor: Monitor
  readonly result: JudgedMonitor
}

/** What a monitor measures, for people: `KS`, `missing values`. */
export function measureName(monitor: Monitor): string {
  const method = DRIFT_METHODS.find(({ id }) => id === monitor.method)
  return method ? method.shortName : getMetric(monitor.metric).label
}

/** Whole records last, for a column says more; then worst first: by kind of verdict, then by how far the value went beyond its limit, then by id. */
export function byWeight(a: Evidence, b: Evidence): number {
  return (
    Number(isOfWholeRecords(a.monitor.metric)) - Number(isOfWholeRecords(b.monitor.metric)) ||
    verdictRank(b.result.verdict) - verdictRank(a.result.verdict) ||
    (limitRatio(b.monitor, b.result) ?? 0) - (limitRatio(a.monitor, a.result) ?? 0) ||
    a.monitor.id - b.monitor.id
  )
}

/** One monitor's result, a sentence before its figures: `income is 0.42 σ lower than in the reference (KS 0.31 > 0.2)`. */
export function describeResult({ monitor, result }: Evidence, isExplained = false): string {
  const column = monitor.column?.name ?? 'a column'
  if (result.verdict === 'no_data') return 'no records arrive'
  if (result.verdict === 'all_missing') return `every value of ${column} is missing`
  if (result.verdict === 'type_changed') return `${column} changed its type`
  const findings = result.detail.findings ?? []
  if (!isExplained && findings.some((finding) => finding.kind === 'unit_change'))
    return `the unit of ${column} seems to have changed`
  const figures = describeFigures(monitor, result)
  const fact = factOf(result, column)
  if (fact === null) return `${figures}${monitor.column ? ` on ${column}` : ''}`
  // Distances are in no sentence; other values are, and only their limit is left to say.
  const { limit } = result
  const isTold = getMetric(monitor.metric).unit !== 'distance' && !isOfWholeRecords(monitor.metric)
  return isTold && limit !== null
    ? `${fact} (limit ${formatValue(limit, getMetric(monitor.metric).unit, result.value ?? limit)})`
    : `${fact} (${figures})`
}

/** `KS 0.31 > 0.2`. */
function describeFigures(monitor: Monitor, result: JudgedMonitor): string {
  const { unit } = getMetric(monitor.metric)
  const { className } = result.detail
  const name = typeof className === 'string' ? `share of "${className}"` : measureName(monitor)
  if (result.value === null) return `${name} cannot be told`
  if (result.limit === null) return `${name} ${formatValue(result.value, unit)}`
  const sign = result.value < result.limit ? '<' : '>'
  const [value, limit] = formatPair(result.value, result.limit, unit)
  // Three digits tell apart what differs by half a per cent: only what is closer to its limit reads the same.
  return value === limit && result.value !== result.limit
    ? `${name} just ${sign === '<' ? 'below' : 'above'} ${limit}`
    : `${name} ${value} ${sign} ${limit}`
}

/**
 * What a breach says without its figures, to stand within a sentence; null where its reason has no figures in parentheses
 * at its end. What was found beside it stands before it and is left out.
 */
function factOf({ verdict, reason, detail }: JudgedMonitor, column: string): string | null {
  if (!BREACH_VERDICTS.has(verdict)) return null
  let rest = reason
  for (const { sentence } of detail.findings ?? [])
    if (rest.startsWith(`${sentence} `)) rest = rest.slice(sentence.length + 1)
  const end = rest.lastIndexOf(' (')
  if (end <= 0 || !rest.endsWith(').')) return null
  const fact = rest.slice(0, end)
  const isOurWord = !fact.startsWith(column) && /^\p{Lu}\p{Ll}/u.test(fact)
  return isOurWord ? fact.charAt(0).toLowerCase() + fact.slice(1) : fact
}

/**
 * First line of an alert, enough to decide by: `fraud v7: amount is 0.42 σ lower than in the reference (KS 0.31 > 0.2); 3
 * more columns are hit`.
 *
 * @param evidence the breaching results, in any order; not empty
 * @param isExplained another alert names the fault behind it: then this one says what was measured, not the same again
 */
export function describeTitle(
  model: string,
  version: string,
  cause: Cause,
  evidence: readonly Evidence[],
  isExplained = false,
): string {
  const sorted = [...evidence].sort(byWeight)
  const lead = sorted[0]
  if (!lead) return `${model} ${version}: ${CAUSE_WORDS[cause].name}`
  const others = columnNames(sorted).length - 1
  const more = others > 0 ? `; ${others} more ${others === 1 ? 'column is' : 'columns are'} hit` : ''
  return clip(`${model} ${version}${sliceOf(lead)}: ${describeResult(lead, isExplained)}${more}`, 500)
}

/** `, slice EU`; nothing where the whole version is meant. */
function sliceOf(lead: Evidence | undefined): string {
  return lead?.monitor.slice ? `, slice ${lead.monitor.slice.name}` : ''
}

/** What moved, since when, how sure; whole sentences. */
export function describeSummary(cause: Cause, onsetMs: number, evidence: readonly Evidence[]): string {
  const sorted = [...evidence].sort(byWeight)
  const lead = sorted[0]
  const where = sliceOf(lead).replace(', slice', ' in slice')
  const words = wordsFor(
    cause,
    evidence.map(({ monitor }) => monitor.metric),
  )
  const sentences = [`${words.lasting}${where} since ${formatInstant(onsetMs)}.`]
  if (lead) {
    sentences.push(lead.result.reason)
    const columns = columnNames(sorted)
    if (columns.length > 1) sentences.push(`${columns.length} columns are hit: ${formatNames(columns, 5)}.`)
    const sure = howSure(lead.result)
    if (sure) sentences.push(sure)
  }
  return clip(sentences.join(' '), 2_000)
}

/** `Compared with 20,000 records of the reference; p < 0.0001 after correction for all columns.` */
function howSure(result: JudgedMonitor): string {
  const parts: string[] = []
  if (result.nReference !== null && result.nReference > 0)
    parts.push(`compared with ${significant(result.nReference)} records of the reference`)
  if (result.pCorrected !== null) {
    const p = formatP(result.pCorrected)
    parts.push(`p ${p.startsWith('<') ? p : `= ${p}`} after correction for all columns`)
  }
  const text = parts.join('; ')
  return text === '' ? '' : `${text[0]?.toUpperCase()}${text.slice(1)}.`
}

function columnNames(sorted: readonly Evidence[]): string[] {
  return [...new Set(sorted.flatMap(({ monitor }) => (monitor.column ? [monitor.column.name] : [])))]
}
