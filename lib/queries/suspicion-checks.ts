/** Owns the first questions on-call asks of an alert, answered from evaluations around it. Pure. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Alert } from '@/lib/domain/alert'
import { BREACH_VERDICTS, type Finding } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import { nominalWindowMs } from '@/lib/domain/time'
import { isOver } from '@/lib/queries/alert-span'
import { rankVerdict } from '@/lib/queries/rank-verdict'
import type { RelatedAlert } from '@/lib/queries/similar-alerts'

export interface SuspicionCheck {
  readonly question: string
  /** `yes` means: this may be the cause. */
  readonly answer: 'yes' | 'no' | 'unknown'
  readonly sentence: string
}

export interface SuspicionInput {
  readonly alert: Alert
  readonly model: Model
  readonly version: Version
  readonly versions: readonly Version[]
  /** All monitors of the version: in their newest window while the alert lasts, else in the alert's own windows. */
  readonly around: readonly EvaluationRow[]
  /** Evaluations of the alert's own members, with detail. */
  readonly members: readonly EvaluationRow[]
  /** What the worst member measured at the same time of earlier weeks. */
  readonly weeksBefore?: readonly EvaluationRow[]
  /** Alerts at the same time, of this model or on the same columns. */
  readonly related?: readonly RelatedAlert[]
  readonly nowMs: number
}

/** Checks in the order in which people should look. */
export function checkSuspicions(input: SuspicionInput): SuspicionCheck[] {
  return [
    checkArrival(input),
    checkMetric(input, 'Did the volume change?', ['volume', 'throughput'], 'The volume is as usual.'),
    checkMetric(
      input,
      'Did a type change?',
      ['type_changed_share'],
      'All values have the types of the reference.',
    ),
    checkMetric(
      input,
      'Did missing values surge?',
      ['missing_share', 'null_share'],
      'Missing values are as usual.',
    ),
    checkUnits(input),
    checkMetric(input, 'Are there new categories?', ['unseen_share'], 'No category is new.'),
    checkUpstream(input),
    checkDeployment(input),
    checkCalendar(input),
    checkMetric(
      input,
      'Is the service slow or failing?',
      ['error_share', 'latency_p95', 'latency_p99'],
      'Latency and errors are as usual.',
    ),
  ]
}

function checkArrival({ model, version, alert, around, nowMs }: SuspicionInput): SuspicionCheck {
  const question = 'Did data stop arriving?'
  if (version.lastRecordMs === null) return { question, answer: 'yes', sentence: 'No record has arrived.' }
  if (isOver(alert)) {
    const isSilent = alert.cause === 'no_data' || (around.length > 0 && around.every((row) => row.n === 0))
    return isSilent
      ? { question, answer: 'yes', sentence: 'No record arrived in the windows of this alert.' }
      : { question, answer: 'no', sentence: 'Records arrived in the windows of this alert.' }
  }
  const quietMs = nowMs - version.lastRecordMs
  const isQuiet = quietMs > 3 * nominalWindowMs(model.settings.cadence)
  return isQuiet
    ? { question, answer: 'yes', sentence: 'The newest record is more than three windows old.' }
    : { question, answer: 'no', sentence: 'Records keep arriving.' }
}

function checkMetric(
  { around }: SuspicionInput,
  question: string,
  metrics: readonly string[],
  calm: string,
): SuspicionCheck {
  const rows = around.filter((row) => metrics.includes(row.metric))
  if (rows.length === 0) return { question, answer: 'unknown', sentence: 'This is not measured here.' }
  const worst = rows.reduce((a, b) => (rankVerdict(b.verdict) > rankVerdict(a.verdict) ? b : a))
  if (rankVerdict(worst.verdict) >= rankVerdict('possible')) {
    return { question, answer: 'yes', sentence: worst.reason }
  }
  if (rows.every((row) => row.verdict === 'not_enough_data' || row.verdict === 'no_data')) {
    return { question, answer: 'unknown', sentence: sayTooFew(rows) }
  }
  return { question, answer: 'no', sentence: calm }
}

function sayTooFew(rows: readonly EvaluationRow[]): string {
  const most = Math.max(...rows.map(({ n }) => n))
  if (most === 0) return 'No record arrived to tell by.'
  if (rows.some(({ value }) => value !== 0)) return 'There is too little data to tell.'
  const records = `${most.toLocaleString('en-US')} ${most === 1 ? 'record' : 'records'}`
  return `There is none in ${records}, which are too few to rule it out.`
}

/** A unit change shows as a named finding, or as means that differ by a power of ten. */
function checkUnits({ members }: SuspicionInput): SuspicionCheck {
  const question = 'Did a unit change (×10, ×100, ×1000)?'
  const finding = findingsOf(members).find((candidate) => candidate.kind === 'unit_change')
  if (finding) return { question, answer: 'yes', sentence: finding.sentence }
  for (const row of members) {
    const factor = powerOfTen(row.detail.meanReference, row.detail.meanCurrent)
    if (factor !== null && row.column) {
      const sentence = `The mean of ${row.column.name} is about ${factor} that of the reference.`
      return { question, answer: 'yes', sentence }
    }
  }
  return { question, answer: 'no', sentence: 'No mean moved by a power of ten.' }
}

function findingsOf(rows: readonly EvaluationRow[]): Finding[] {
  return rows.flatMap((row) => [...(row.detail.findings ?? [])])
}

/** `×100` or `÷10` when the ratio of the means is within 15 % of a power of ten. */
function powerOfTen(reference: number | undefined, current: number | undefined): string | null {
  if (!reference || !current || reference * current <= 0) return null
  const power = Math.log10(current / reference)
  const whole = Math.round(power)
  if (whole === 0 || Math.abs(whole) > 6 || Math.abs(power - whole) > 0.06) return null
  return whole > 0 ? `×${10 ** whole}` : `÷${10 ** -whole}`
}

function checkUpstream({ related = [] }: SuspicionInput): SuspicionCheck {
  const question = 'Did the same columns move earlier elsewhere?'
  const first = related.find(({ movedFirst }) => movedFirst.length > 0)
  if (!first)
    return { question, answer: 'no', sentence: 'No alert of the same time shows them moving earlier.' }
  const { item, movedFirst } = first
  const source = item.historical ? ', as its back-filled records show' : ''
  const sentence = `${movedFirst.slice(0, 3).join(', ')} moved before that on ${item.model} ${item.version}${source}.`
  return { question, answer: 'yes', sentence }
}

function checkCalendar({ members, weeksBefore = [] }: SuspicionInput): SuspicionCheck {
  const question = 'Is it the calendar?'
  const [lead] = members
  const known = weeksBefore.filter(({ value }) => value !== null)
  if (!lead || known.length === 0) {
    return { question, answer: 'unknown', sentence: 'Nothing is stored of the same time of earlier weeks.' }
  }
  const alike = known.filter(({ verdict }) => BREACH_VERDICTS.has(verdict))
  return alike.length * 2 > known.length
    ? {
        question,
        answer: 'yes',
        sentence: `It was beyond its limit at the same time of ${alike.length} of the ${known.length} weeks before, too.`,
      }
    : { question, answer: 'no', sentence: 'The same time of earlier weeks was within limits.' }
}

function checkDeployment({ alert, model, version, versions }: SuspicionInput): SuspicionCheck {
  const question = 'Was there a new version?'
  const windowMs = nominalWindowMs(model.settings.cadence)
  const near = versions.find(
    (candidate) =>
      candidate.firstRecordMs !== null &&
      Math.abs(candidate.firstRecordMs - alert.onsetMs) <= 3 * windowMs &&
      versions.length > 1,
  )
  if (!near) return { question, answer: 'no', sentence: 'No version began around the onset.' }
  const sentence =
    near.id === version.id
      ? 'This version itself began around the onset.'
      : `Version ${near.name} began around the onset.`
  return { question, answer: 'yes', sentence }
}
