/**
 * Owns reading what BentoML's monitoring logs: one flat record with the schema of its columns beside it, which says
 * what is a feature, the prediction, or the target.
 */
import { ALIAS_OF } from '@/lib/ingest/field-aliases'
import { isObject, type JsonObject, type JsonValue, own, setOwn } from '@/lib/ingest/json-value'

const META = 'bento_meta'

/** Whether a body carries BentoML's description of itself. */
export function isBento(body: JsonObject): boolean {
  const meta = own(body, META)
  return isObject(meta) && isObject(own(meta, 'schema'))
}

/**
 * The record of a body for which `isBento` holds. The model is called `bento:monitor`, as BentoML calls its service:
 * one bento may have several monitors, each with columns of its own.
 */
export function readBento(body: JsonObject): JsonObject {
  const meta = own(body, META) as JsonObject
  const schema = own(meta, 'schema') as JsonObject
  const raw: JsonObject = {}
  const features: JsonObject = {}
  const embeddings: JsonObject = {}
  for (const column in body) {
    if (column === META) continue
    const value = body[column] as JsonValue
    const described = own(schema, column)
    const role = isObject(described) ? own(described, 'role') : undefined
    if (role === 'prediction' && raw.prediction === undefined) raw.prediction = value
    else if (role === 'target' && raw.actual === undefined) raw.actual = value
    else if (role === undefined && ALIAS_OF.has(column)) raw[column] = value
    else if (Array.isArray(value)) setOwn(embeddings, column, value)
    else if (role !== undefined) setOwn(features, column, value)
  }
  raw.features = features
  for (const _ in embeddings) {
    raw.embeddings = embeddings
    break
  }
  const names = [own(meta, 'bento_name'), own(meta, 'monitor_name')].filter(
    (name) => typeof name === 'string',
  )
  if (names.length > 0) raw.model_id = names.join(':')
  const version = own(meta, 'bento_version')
  if (version !== undefined) raw.model_version = version
  return raw
}
