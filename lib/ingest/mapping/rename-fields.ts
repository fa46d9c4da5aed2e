/** Owns moving values to the names that records are read by. */
import type { FieldRule } from '@/lib/domain/field-rule'
import { ALIAS_OF, FIELD, FIELD_ALIASES } from '@/lib/ingest/field-aliases'
import { isObject, type JsonObject, type JsonValue, own, setOwn } from '@/lib/ingest/json-value'
import { editFields } from '@/lib/ingest/mapping/edit-fields'
import { documentedName, targetOf, waysTo } from '@/lib/ingest/mapping/rule-paths'

type Rename = (raw: JsonObject) => JsonObject

/** One function for all renamings of `rules`; null when there are none. All are taken out before any is put back. */
export function compileRenames(rules: readonly FieldRule[]): Rename | null {
  const moves = rules.flatMap(({ path, to }) => (to === null ? [] : [{ ways: waysTo(path), to }]))
  if (moves.length === 0) return null
  return (raw) => {
    let rest = raw
    const taken: { to: string; value: JsonValue }[] = []
    for (const { ways, to } of moves) {
      let value: JsonValue | undefined
      const take = (found: JsonValue) => {
        value ??= found
        return undefined
      }
      for (const way of ways) rest = editFields(rest, way, take) as JsonObject
      if (value !== undefined) taken.push({ to, value })
    }
    for (const { to, value } of taken) rest = put(rest, to, value)
    return rest
  }
}

function put(raw: JsonObject, to: string, value: JsonValue): JsonObject {
  const target = targetOf(to)
  if (target.kind === 'feature') return putFeature(raw, target.name, value)
  const name = documentedName(target.field)
  if (target.rest === '') return { ...raw, [name]: value }
  const inside = own(raw, name)
  const changed = isObject(inside) ? { ...inside } : {}
  setOwn(changed, target.rest, value)
  return { ...raw, [name]: changed }
}

function putFeature(raw: JsonObject, name: string, value: JsonValue): JsonObject {
  const copy = { ...raw }
  const container = FIELD_ALIASES.features.find((alias) => isObject(only(own(raw, alias))))
  if (container !== undefined) {
    const changed = { ...(only(raw[container]) as JsonObject) }
    setOwn(changed, name, value)
    copy[container] = changed
    return copy
  }
  if (!ALIAS_OF.has(name)) {
    setOwn(copy, name, value)
    return copy
  }
  // A flat log cannot hold a feature that is called like a field: its features get an object of their own.
  const features: JsonObject = {}
  for (const key of Object.keys(raw)) {
    const alias = ALIAS_OF.get(key)
    const isFeature = alias === undefined || (alias.field === FIELD.features && !isObject(raw[key]))
    if (!isFeature) continue
    setOwn(features, key, raw[key] as JsonValue)
    delete copy[key]
  }
  setOwn(features, name, value)
  copy.features = features
  return copy
}

/** An object stands for itself in a list of one. */
function only(value: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(value) && value.length === 1 ? value[0] : value
}
