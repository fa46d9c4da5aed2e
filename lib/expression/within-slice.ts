/** Owns writing what is in a slice in the language of custom metrics, and narrowing a metric to it. */
import type { ExpressionType } from '@/lib/domain/custom-metric'
import type { SliceCondition } from '@/lib/domain/slice'
import { nameOfKey } from '@/lib/expression/field-names'
import { readTokens, type Token } from '@/lib/expression/tokens'

/**
 * The conditions of a slice as one condition of an expression. It is never missing, so that a record that lies outside is
 * not counted as one that could not be told.
 * @param types of the model's fields by key
 * @returns null where the language cannot say it: a field that is not known, or holds another type than is asked for
 */
export function conditionOfSlice(
  conditions: readonly SliceCondition[],
  types: ReadonlyMap<string, ExpressionType>,
): string | null {
  const parts = conditions.map((condition) => {
    const key = keyOf(condition)
    const type = types.get(key)
    return type === undefined ? null : writeCondition(condition, nameOfKey(key), type)
  })
  return parts.includes(null) ? null : parts.join(' and ')
}

function keyOf({ on, name }: SliceCondition): string {
  return on === 'feature' ? `input:${name}` : on === 'tag' ? `tag:${name}` : `record:${name}`
}

function writeCondition(condition: SliceCondition, name: string, type: ExpressionType): string | null {
  if (condition.op === 'missing') return `is_missing(${name})`
  const isThere = `not is_missing(${name})`
  if (condition.op === 'range') {
    const { atLeast, below } = condition
    if (type !== 'number') return null
    const ends = [
      ...(atLeast === null ? [] : [`${name} >= ${atLeast}`]),
      ...(below === null ? [] : [`${name} < ${below}`]),
    ]
    return [isThere, ...ends].join(' and ')
  }
  const values = [...new Set(condition.values.flatMap((value) => writeValue(value, type)))]
  if (values.length === 0) return null
  return `${isThere} and ${name} ${values.length === 1 ? `= ${values[0]}` : `in (${values.join(', ')})`}`
}

/** As a value of the type; none where it cannot be one. */
function writeValue(value: string, type: ExpressionType): string[] {
  if (type === 'text') return [`'${value.replaceAll("'", "''")}'`]
  if (type === 'boolean') return value === 'true' || value === 'false' ? [value] : []
  const number = Number(value)
  return value.trim() !== '' && Number.isFinite(number) ? [String(number)] : []
}

/**
 * The metric over the records of the slice alone.
 * @param condition as `conditionOfSlice` writes it
 * @returns null for what is no metric yet
 */
export function withinSlice(source: string, condition: string): string | null {
  const tokens = tokensOf(source)
  const close = tokens.at(-2)
  if (close?.kind !== 'sign' || close.text !== ')') return null
  const where = tokens.find(
    ({ kind, text }, index) =>
      kind === 'name' && text.toLowerCase() === 'where' && tokens[index - 1]?.text !== '.',
  )
  const rest = source.slice(close.at)
  if (!where) {
    const before = source.slice(0, close.at)
    return `${before}${before.endsWith('(') ? '' : ' '}where ${condition}${rest}`
  }
  const asked = source.slice(where.end, close.at).trim()
  return `${source.slice(0, where.at)}where (${asked}) and ${condition}${rest}`
}

function tokensOf(source: string): readonly Token[] {
  try {
    return readTokens(source)
  } catch {
    return []
  }
}
