/** Owns looking through an envelope: the record that is read, for people who write rules for its fields. */
import { FoundFields, openEnvelope } from '@/lib/ingest/collect-fields'
import { FIELD } from '@/lib/ingest/field-aliases'
import { openGelf } from '@/lib/ingest/formats/gelf'
import type { JsonObject } from '@/lib/ingest/json-value'

/** The record inside of what was sent, where it stands in an envelope; else that itself. */
export function insideOf(sent: JsonObject, maxDepth: number): JsonObject {
  const raw = openGelf(sent) ?? sent
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
