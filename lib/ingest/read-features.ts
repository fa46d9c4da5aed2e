/** Owns turning what a shipper sends as features into a flat map of scalars. */
import type { Scalar } from '@/lib/domain/record'
import { checkName, checkValue, fieldPath, type TextRules } from '@/lib/ingest/check-text'
import { type FaultSink, fail } from '@/lib/ingest/fault'
import { isTensor } from '@/lib/ingest/formats/tensors'
import { isObject, type JsonObject, type JsonValue, setOwn } from '@/lib/ingest/json-value'

/** How Python and others write numbers that JSON does not have: they count as missing. */
const NOT_A_NUMBER: ReadonlySet<string> = new Set([
  'NaN',
  'nan',
  'Infinity',
  '-Infinity',
  '+Infinity',
  'inf',
  '-inf',
])

function isNotANumber(text: string): boolean {
  if (text.length < 3 || text.length > 9) return false
  const first = text.charCodeAt(0)
  // N n I i + -
  if (
    first !== 0x4e &&
    first !== 0x6e &&
    first !== 0x49 &&
    first !== 0x69 &&
    first !== 0x2b &&
    first !== 0x2d
  )
    return false
  return NOT_A_NUMBER.has(text)
}

/** Above this nobody counts or numbers things: such values are measurements, and a double is what they are. */
const MAX_COUNTED = 2 ** 64

/** Infinity is refused; a whole number that a double cannot hold exactly is taken, with a warning. */
function checkLarge(sink: FaultSink, value: number, name: string): void {
  const size = Math.abs(value)
  if (size === Number.POSITIVE_INFINITY) fail(sink, 'number_out_of_range', fieldPath('features', name))
  else if (size > Number.MAX_SAFE_INTEGER && size <= MAX_COUNTED)
    sink.warnings?.note('imprecise_number', `features.${name}`, () => IMPRECISE)
}

const IMPRECISE =
  'Whole numbers beyond 2^53 lose their last digits: send them as text if they are names rather than amounts.'

/** The object of named features behind a value: lists become `f0`, `f1` …; undefined when it is neither. */
export function featureObject(value: JsonValue): JsonObject | undefined {
  if (isObject(value)) return value
  if (!Array.isArray(value)) return undefined
  const only = value.length === 1 ? value[0] : undefined
  if (isObject(only)) return isTensor(only) ? undefined : only
  const row = Array.isArray(only) ? only : value
  if (row.some((item) => typeof item === 'object' && item !== null)) return undefined
  return Object.fromEntries(row.map((item, i) => [`f${i}`, item]))
}

/** Why a value that `featureObject` could not read is not the features of one record. */
export function describeUnfit(value: JsonValue): string {
  const [first] = Array.isArray(value) ? value : []
  if (isTensor(first)) return TENSORS
  return Array.isArray(value) && typeof first === 'object' && first !== null
    ? `The ${value.length} rows cannot be told apart: each needs an answer of its own, or send each as a record with features by name.`
    : 'Features must be an object, or one list of plain values.'
}

const TENSORS =
  'These tensors cannot be read as rows: each needs a shape that agrees with its data, and all must have the same number of rows.'

/**
 * Flat features of `source`: nested objects are joined with dots, numbers that are none become null. A source in
 * which nothing is to be changed is returned itself: its text may be kept as it came.
 */
export function readFeatures(sink: FaultSink, source: JsonObject, rules: TextRules): Record<string, Scalar> {
  let count = 0
  for (const name in source) {
    const value = source[name]
    if (typeof value === 'object' && value !== null) return flatFeatures(sink, source, rules)
    if (typeof value === 'string') {
      if (isNotANumber(value)) return flatFeatures(sink, source, rules)
      if (!rules.isPlain || value.length > 256) checkValue(sink, value, 'features', name, rules)
    } else if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      checkLarge(sink, value, name)
    }
    if (!rules.isPlain || name.length > 64 || name.length === 0) checkName(sink, name, 'features', rules)
    count++
  }
  if (count > rules.limits.maxFeatures) fail(sink, 'too_many_features', 'features')
  return source as Record<string, Scalar>
}

function flatFeatures(sink: FaultSink, source: JsonObject, rules: TextRules): Record<string, Scalar> {
  const flat = new FlatFeatures(sink, rules)
  flat.addAll(source, '', 1)
  return flat.features
}

/** Collects features one by one, for records that are not flat already. */
export class FlatFeatures {
  readonly features: Record<string, Scalar> = {}
  private count = 0

  constructor(
    private readonly sink: FaultSink,
    private readonly rules: TextRules,
  ) {}

  get isEmpty(): boolean {
    return this.count === 0
  }

  /** Adds every entry of `source` under `prefix`, nested ones joined with dots. */
  addAll(source: JsonObject, prefix: string, depth: number): void {
    for (const key in source) {
      if (this.sink.fault !== null) return
      this.add(prefix + key, source[key] as JsonValue, depth)
    }
  }

  add(name: string, value: JsonValue, depth: number): void {
    const { sink, rules } = this
    if (isObject(value)) {
      if (depth >= rules.limits.maxDepth) fail(sink, 'too_deep', fieldPath('features', name))
      else this.addAll(value, `${name}.`, depth + 1)
      return
    }
    checkName(sink, name, 'features', rules)
    if (++this.count > rules.limits.maxFeatures) fail(sink, 'too_many_features', 'features')
    if (Array.isArray(value)) {
      fail(sink, 'unsupported_value', fieldPath('features', name), 'A feature cannot be a list.')
    } else if (typeof value === 'string') {
      checkValue(sink, value, 'features', name, rules)
      setOwn(this.features, name, isNotANumber(value) ? null : value)
    } else {
      if (typeof value === 'number') checkLarge(sink, value, name)
      setOwn<Scalar>(this.features, name, value)
    }
  }
}
