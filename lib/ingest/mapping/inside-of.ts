/** Owns looking through an envelope: the record that is read, for people who write rules for its fields. */
import { FoundFields, openEnvelope } from '@/lib/ingest/collect-fields'
import { FIELD } from '@/lib/ingest/field-aliases'
import type { JsonObject } from '@/lib/ingest/json-value'

/** The record inside of `raw`, where it stands in an envelope; else `raw` itself. */
export function insideOf(raw: JsonObject, maxDepth: number): JsonObject {
  const found = new FoundFields()
  found.collect(raw)
  const { values } = found
  const isEnvelope =
    values[FIELD.envelope] !== undefined &&
    values[FIELD.features] === undefined &&
    values[FIELD.prediction] === undefined
  const inside = isEnvelope ? openEnvelope(values[FIELD.envelope], maxDepth) : undefined
  return inside === undefined || inside === 'too_deep' ? raw : inside
}
