/** Owns reading what surrounds a prediction: outcome of the call, tags, weight, embeddings. */
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { checkName, checkValue, type TextRules } from '@/lib/ingest/check-text'
import { type FaultSink, fail } from '@/lib/ingest/fault'
import { isObject, type JsonObject, type JsonValue, own, setOwn } from '@/lib/ingest/json-value'
import { readAmount } from '@/lib/ingest/read-fields'

const MAX_TAGS = 64
const MAX_ERROR_CHARACTERS = 500
const FAILED_STATUS = /^(error|failed|failure|exception|timeout)$/i
const LOG_LEVEL = /^(trace|debug|info|notice|warn|warning|error|fatal|critical)$/i
const FAILED_LEVEL = /^(error|fatal|critical)$/i

/** HTTP status as number or text; a word such as `failed` marks an error. */
export function readStatus(sink: FaultSink, value: JsonValue, field: string, record: PredictionRecord): void {
  const code = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  if (typeof code === 'number') {
    if (!Number.isInteger(code) || code < 0 || code > 999) fail(sink, 'invalid_value', field)
    else record.c = code
  } else if (typeof code === 'string') {
    if (FAILED_STATUS.test(code)) record.e = true
  } else if (typeof code !== 'boolean') fail(sink, 'invalid_value', field)
}

/** Text of an error, or that there was one. */
export function readError(value: JsonValue, record: PredictionRecord): void {
  if (value === false || value === '' || value === 0) return
  const message = isObject(value) ? own(value, 'message') : value
  record.e =
    typeof message === 'string' && message !== ''
      ? message.slice(0, MAX_ERROR_CHARACTERS).replace(/\p{Cs}/gu, '\ufffd')
      : true
}

/** Whether a value is a log level; an error level marks the record as failed. */
export function readLevel(value: JsonValue, record: PredictionRecord): boolean {
  if (typeof value !== 'string' || !LOG_LEVEL.test(value)) return false
  if (FAILED_LEVEL.test(value)) record.e ??= true
  return true
}

/** Sampling weight: given as such, or as the fraction that was kept. */
export function readWeight(sink: FaultSink, value: JsonValue, field: string, record: PredictionRecord): void {
  const amount = readAmount(sink, value, field)
  if (amount === 0 || (field !== 'weight' && amount > 1)) fail(sink, 'number_out_of_range', field)
  else if (amount !== 1) record.w = field === 'weight' ? amount : 1 / amount
}

/** Tags as text by name: a map, a list of marks, or one text under the field's own name. */
export function readTags(
  sink: FaultSink,
  value: JsonValue,
  field: string,
  rules: TextRules,
): Record<string, string> {
  const tags: Record<string, string> = {}
  let count = 0
  const add = (name: string, item: JsonValue | undefined) => {
    if (item === null || item === undefined) return
    if (isObject(item)) {
      for (const key in item) add(`${name}.${key}`, item[key])
      return
    }
    const text = Array.isArray(item)
      ? item.filter((part) => typeof part !== 'object').join(',')
      : String(item)
    checkName(sink, name, field, rules)
    checkValue(sink, text, field, name, rules)
    if (++count > MAX_TAGS)
      fail(sink, 'too_many_features', field, `A record may carry at most ${MAX_TAGS} tags.`)
    else setOwn(tags, name, text)
  }
  if (isObject(value)) for (const name in value) add(name, value[name])
  else if (Array.isArray(value))
    for (const item of value) add(typeof item === 'object' ? '' : String(item), true)
  else add(field, value)
  return tags
}

/** Embeddings are kept as the length of their vector only, as features `embedding.norm` or `embedding.NAME.norm`. */
export function embeddingFeatures(value: JsonValue): Record<string, Scalar> {
  const norms: Record<string, Scalar> = {}
  const addNorm = (name: string, item: JsonValue | undefined) => {
    const vector = isObject(item) ? own(item, 'vector') : item
    if (Array.isArray(vector)) setOwn<Scalar>(norms, `${name}.norm`, norm(vector))
  }
  if (isObject(value) && !Object.hasOwn(value, 'vector')) {
    for (const name in value as JsonObject) addNorm(`embedding.${name}`, value[name])
  } else addNorm('embedding', value)
  return norms
}

/** Euclidean length, or null when an entry is no finite number. */
function norm(vector: readonly JsonValue[]): number | null {
  let squares = 0
  for (const item of vector) {
    if (typeof item !== 'number') return null
    squares += item * item
  }
  return Number.isFinite(squares) ? Math.sqrt(squares) : null
}
