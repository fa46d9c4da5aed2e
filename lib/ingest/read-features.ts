/** Owns turning what a shipper sends as features into a flat map of scalars. */
import type { Scalar } from '@/lib/domain/record'
import { checkName, checkValue, fieldPath, type TextRules } from '@/lib/ingest/check-text'
import { type FaultSink, fail } from '@/lib/ingest/fault'
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

/** The object of named features behind a value: lists become `f0`, `f1` …; undefined when it is neither. */
export function featureObject(value: JsonValue): JsonObject | undefined {
  if (isObject(value)) return value
  if (!Array.isArray(value)) return undefined
  const only = value.length === 1 ? value[0] : undefined
  if (isObject(only)) return only
  const row = Array.isArray(only) ? only : value
  if (row.some((item) => typeof item === 'object' && item !== null)) return undefined
  return Object.fromEntries(row.map((item, i) => [`f${i}`, item]))
}

/**
 * Flat features of `source`: nested objects are joined with dots. A source that is flat already is returned itself,
 * with numbers that are none replaced by null.
 */
export function readFeatures(sink: FaultSink, source: JsonObject, rules: TextRules): Record<string, Scalar> {
  let count = 0
  for (const name in source) {
    const value = source[name]
    if (typeof value === 'object' && value !== null) return flatFeatures(sink, source, rules)
    if (typeof value === 'string') {
      if (isNotANumber(value)) source[name] = null
      else if (!rules.isPlain || value.length > 256) checkValue(sink, value, 'features', name, rules)
    } else if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      fail(sink, 'number_out_of_range', fieldPath('features', name))
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
    } else if (typeof value === 'number' && !Number.isFinite(value)) {
      fail(sink, 'number_out_of_range', fieldPath('features', name))
    } else setOwn<Scalar>(this.features, name, value)
  }
}
