/** Owns reading the single fields of a record: id, time, prediction, score, label value, software metrics, names. */
import { RESERVED_MODEL_NAMES } from '@/lib/domain/model'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { DAY_MS } from '@/lib/domain/time'
import { checkId, checkName, checkValue, type TextRules } from '@/lib/ingest/check-text'
import { type FaultSink, fail } from '@/lib/ingest/fault'
import { isObject, type JsonValue, own, setOwn } from '@/lib/ingest/json-value'
import { instantOfNumber, instantOfText } from '@/lib/ingest/parse-timestamp'

/** Instants before this come from a clock that was never set. */
export const MIN_INSTANT_MS = DAY_MS
/** 2100-01-01: later ones are a unit mistaken, not a skewed clock. */
export const MAX_INSTANT_MS = 4_102_444_800_000

export interface TimeRules {
  readonly nowMs: number
  /** Records before this are refused; -Infinity for back-fill. */
  readonly oldestMs: number
  readonly maxFutureMs: number
}

/** Epoch milliseconds; notes a fault for anything that is no instant, or one out of range. */
export function readTime(sink: FaultSink, value: JsonValue, field: string, rules: TimeRules): number {
  const at =
    typeof value === 'number'
      ? instantOfNumber(value)
      : typeof value === 'string'
        ? instantOfText(value.trim())
        : Number.NaN
  if (Number.isNaN(at)) fail(sink, 'invalid_timestamp', field)
  else if (at < MIN_INSTANT_MS || at > MAX_INSTANT_MS) fail(sink, 'timestamp_out_of_range', field)
  else if (at > rules.nowMs + rules.maxFutureMs)
    fail(sink, 'timestamp_future', field, futureSentence(at - rules.nowMs))
  else if (at < rules.oldestMs) fail(sink, 'timestamp_too_old', field)
  return at
}

function futureSentence(aheadMs: number): string {
  const minutes = Math.max(1, Math.round(aheadMs / 60_000))
  return `The timestamp lies ${minutes} min ahead of the server's clock: check the sender's clock and time zone.`
}

/** The id as text, or null when there is none. */
export function readId(
  sink: FaultSink,
  value: JsonValue | undefined,
  field: string,
  rules: TextRules,
): string | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'string') {
    checkId(sink, value, field, rules)
    return value
  }
  if (typeof value !== 'number') fail(sink, 'invalid_id', field)
  else if (!Number.isSafeInteger(value)) fail(sink, 'unsafe_integer_id', field)
  return String(value)
}

/** Name of a model or version: 1 to 200 characters, no control character, no slash. */
export function readEntityName(sink: FaultSink, value: JsonValue, field: string, rules: TextRules): string {
  const name = typeof value === 'number' && Number.isFinite(value) ? String(value) : value
  if (typeof name !== 'string') {
    fail(sink, 'invalid_value', field, 'A name must be text.')
    return ''
  }
  const own: FaultSink = { fault: null }
  checkName(own, name, field, { ...rules, isPlain: false })
  if (own.fault !== null) fail(sink, own.fault.code, field)
  if (/[/\\]/.test(name)) fail(sink, 'bad_name', field, 'A name cannot hold a slash or backslash.')
  else if (RESERVED_MODEL_NAMES.has(name)) fail(sink, 'reserved_name', field)
  return name
}

/** A prediction or label value. An object such as `{"label": "yes", "score": 0.9}` is opened. */
export function readOutcome(sink: FaultSink, value: JsonValue, field: string, rules: TextRules): Scalar {
  if (typeof value === 'number' && !Number.isFinite(value)) fail(sink, 'number_out_of_range', field)
  if (typeof value === 'string') {
    checkValue(sink, value, field, '', rules)
    return value === 'NaN' || value === 'nan' ? null : value
  }
  if (typeof value !== 'object' || value === null) return value
  const inner = Array.isArray(value)
    ? value.length === 1
      ? value[0]
      : undefined
    : (own(value, 'label') ?? own(value, 'class') ?? own(value, 'value') ?? own(value, 'prediction'))
  if (inner === undefined || (typeof inner === 'object' && inner !== null)) {
    const isSeveral = Array.isArray(value) && value.length > 1
    fail(sink, 'unsupported_value', field, isSeveral ? severalValues(value.length) : ONE_VALUE)
    return null
  }
  return readOutcome(sink, inner, field, rules)
}

const ONE_VALUE = 'Send one number, text, boolean or null.'

function severalValues(count: number): string {
  return `This holds ${count} values, and a record is one prediction: send a record of its own for each.`
}

/** Puts one score, or scores by class, on the record. */
export function readScore(
  sink: FaultSink,
  value: JsonValue,
  field: string,
  rules: TextRules,
  record: PredictionRecord,
): void {
  if (Array.isArray(value) && value.length === 1) value = value[0] as JsonValue
  if (typeof value === 'number') record.s = probability(sink, value, field)
  else if (typeof value === 'object' && value !== null) {
    const scores: Record<string, number> = {}
    const byClass = isObject(value) ? value : Object.fromEntries(value.map((item, i) => [String(i), item]))
    for (const name in byClass) {
      const score = byClass[name]
      checkName(sink, name, field, rules)
      if (typeof score === 'number') setOwn(scores, name, probability(sink, score, field))
      else if (score !== null) fail(sink, 'invalid_value', field)
    }
    record.ss = scores
  } else if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) {
    record.s = probability(sink, Number(value), field)
  } else if (value !== 'NaN' && value !== 'nan') fail(sink, 'invalid_value', field)
}

function probability(sink: FaultSink, value: number, field: string): number {
  if (!(value >= 0 && value <= 1)) fail(sink, 'bad_probability', field)
  return value
}

/** A number that cannot be negative, as number or text. */
export function readAmount(sink: FaultSink, value: JsonValue, field: string): number {
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof amount !== 'number' || Number.isNaN(amount)) {
    fail(sink, 'invalid_value', field, 'This must be a number.')
    return 0
  }
  if (!Number.isFinite(amount) || amount < 0) fail(sink, 'number_out_of_range', field)
  return amount
}
