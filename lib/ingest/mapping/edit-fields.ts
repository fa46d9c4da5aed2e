/** Owns changing the fields that a path leads to, on a copy of what lies on the way: what came stays as it is. */
import { isObject, type JsonObject, type JsonValue, own, setOwn } from '@/lib/ingest/json-value'

/** A new value for a field; undefined to leave it out. */
export type Change = (value: JsonValue) => JsonValue | undefined

/**
 * Changes every field that `way` leads to. A key may hold dots itself, so every way of cutting the path is followed.
 * Objects in lists are entered one by one; in a list of plain values `f3` is the fourth. A tensor of the Open Inference
 * Protocol is a field by its name.
 * @returns the same value where nothing was found
 */
export function editFields(
  value: JsonValue,
  way: readonly string[],
  change: Change,
  from = 0,
): JsonValue | undefined {
  if (from === way.length) return change(value)
  if (Array.isArray(value)) return editList(value, way, change, from)
  if (!isObject(value)) return value
  let copy: JsonObject | null = null
  let key = ''
  for (let end = from + 1; end <= way.length; end++) {
    key = end === from + 1 ? (way[from] as string) : `${key}.${way[end - 1]}`
    const before = own(copy ?? value, key)
    if (before === undefined) continue
    const after = editFields(before, way, change, end)
    if (after === before) continue
    copy ??= { ...value }
    if (after === undefined) delete copy[key]
    else setOwn(copy, key, after)
  }
  return copy ?? value
}

function editList(list: JsonValue[], way: readonly string[], change: Change, from: number): JsonValue[] {
  const isLast = from === way.length - 1
  const index = isLast ? Number(/^f?(\d{1,6})$/.exec(way[from] as string)?.[1] ?? Number.NaN) : Number.NaN
  const name = way.slice(from).join('.')
  let copy: JsonValue[] | null = null
  for (let i = 0; i < list.length; i++) {
    const before = list[i] as JsonValue
    const isValue = typeof before !== 'object' || before === null
    if (isValue && i !== index) continue
    const after = isValue
      ? change(before)
      : isObject(before) && own(before, 'name') === name && own(before, 'data') !== undefined
        ? editFields(before, ['data'], change)
        : editFields(before, way, change, from)
    if (after === before) continue
    copy ??= [...list]
    // Those behind it keep their names.
    copy[i] = after ?? null
  }
  return copy ?? list
}

/** The same change on every plain value inside. */
export function changeLeaves(value: JsonValue, change: (leaf: JsonValue) => JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => changeLeaves(item, change))
  if (!isObject(value)) return change(value)
  const copy: JsonObject = {}
  for (const key of Object.keys(value)) setOwn(copy, key, changeLeaves(value[key] as JsonValue, change))
  return copy
}
