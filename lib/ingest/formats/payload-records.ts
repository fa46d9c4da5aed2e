/** Owns making one record of each row of a request to a serving stack and of what was answered. */
import { UNVERSIONED } from '@/lib/domain/model'
import { openEnvelope } from '@/lib/ingest/collect-fields'
import { FIELD_ALIASES } from '@/lib/ingest/field-aliases'
import { type Outcome, readOutcomes } from '@/lib/ingest/formats/payload-outcomes'
import { nameRow, type Rows, readRows } from '@/lib/ingest/formats/payload-rows'
import { isObject, type JsonObject, type JsonValue, own, setOwn } from '@/lib/ingest/json-value'

/** Names of a model's features in the order of its active profile; null where there is none. */
export type FeatureNames = (model: string, version: string) => readonly string[] | null

/** Keys under which a record carries the rows of a request, or the whole request. */
const REQUEST_KEYS = [
  'instances',
  'inputs',
  'dataframe_split',
  'dataframe_records',
  'multiple',
  'request',
  'input',
] as const
const RESPONSE_KEYS = ['predictions', 'outputs', 'response', 'output', 'prediction'] as const

/**
 * One record for each row.
 * @param base  what the records have in common, in fields of records; its id gets `#` and the row where there are several
 * @param names  of the model's features, for values without names
 */
export function* recordsOf(
  base: JsonObject,
  request: Rows | null,
  outcomes: readonly Outcome[] | null,
  names: readonly string[] | null,
): Generator<JsonObject> {
  const count = request?.rows.length ?? outcomes?.length ?? 0
  const id = own(base, 'prediction_id')
  for (let i = 0; i < count; i++) {
    const outcome = outcomes?.[i]
    const row = request?.rows[i]
    const features = row === undefined ? {} : { ...nameRow(row, request?.prefix ?? null, names) }
    const more = outcome?.features
    if (isObject(more)) for (const name in more) setOwn(features, name, more[name] as JsonValue)
    const record: JsonObject = { ...base, ...outcome, features }
    if (count > 1 && (typeof id === 'string' || typeof id === 'number')) record.prediction_id = `${id}#${i}`
    yield record
  }
}

/** Why request and answer do not belong together, or null. */
export function mismatch(request: Rows | null, outcomes: readonly Outcome[] | null): string | null {
  if (request === null || outcomes === null || request.rows.length === outcomes.length) return null
  return `The request has ${request.rows.length} rows and the answer ${outcomes.length}.`
}

/**
 * The records in an object that carries several rows as servers send them: `{"instances": [[…], […]], "predictions": […]}`.
 * @param model  named by the path, or null
 * @returns null for an object that is none
 */
export function expandPayload(
  raw: JsonObject,
  model: string | null,
  maxDepth: number,
  namesOf: FeatureNames | undefined,
): readonly JsonObject[] | null {
  const inside = openRecord(raw, maxDepth)
  const base: JsonObject = {}
  let request: Rows | null = null
  let outcomes: readonly Outcome[] | null = null
  for (const key in inside) {
    const value = inside[key] as JsonValue
    const rows: Rows | string | null =
      request === null && isOneOf(REQUEST_KEYS, key) ? rowsUnder(key, value) : null
    const found: readonly Outcome[] | string | null =
      outcomes === null && isOneOf(RESPONSE_KEYS, key) ? outcomesUnder(key, value) : null
    if (typeof rows === 'string' || typeof found === 'string') return null
    if (rows !== null) request = rows
    else if (found !== null) outcomes = found
    else setOwn(base, key, value)
  }
  if (request === null || mismatch(request, outcomes) !== null || request.rows.length === 0) return null
  moveId(base)
  const version = firstOf(base, FIELD_ALIASES.version) ?? UNVERSIONED
  const named = model ?? firstOf(base, FIELD_ALIASES.model)
  const names = named === null ? null : (namesOf?.(named, version) ?? null)
  return [...recordsOf(base, request, outcomes, names)]
}

/** Values that stand alone are one row; objects with keys of their own are rows or whole payloads. */
function rowsUnder(key: string, value: JsonValue): Rows | string | null {
  if (key === 'request' || key === 'input') return readRows(value)
  return readRows({ [key]: value })
}

function outcomesUnder(key: string, value: JsonValue): readonly Outcome[] | string | null {
  if (key === 'predictions' || key === 'outputs') return readOutcomes({ [key]: value })
  return typeof value === 'object' || typeof value === 'string' ? readOutcomes(value) : null
}

/** The object inside an envelope with what the envelope says beside it; the object itself where it is none. */
function openRecord(raw: JsonObject, maxDepth: number): JsonObject {
  const key = FIELD_ALIASES.envelope.find((name) => Object.hasOwn(raw, name))
  const opened = key === undefined ? undefined : openEnvelope(raw[key], maxDepth)
  return isObject(opened) ? { ...withoutKey(raw, key), ...opened } : raw
}

function withoutKey(raw: JsonObject, key: string | undefined): JsonObject {
  const copy = { ...raw }
  if (key !== undefined) delete copy[key]
  return copy
}

/** The id under its first name, so that the rows can add to it. */
function moveId(base: JsonObject): void {
  const key = FIELD_ALIASES.id.find((name) => Object.hasOwn(base, name) && base[name] !== null)
  if (key === undefined || key === 'prediction_id') return
  base.prediction_id = base[key] as JsonValue
  delete base[key]
}

function firstOf(raw: JsonObject, aliases: readonly string[]): string | null {
  for (const name of aliases) {
    const value = own(raw, name)
    if (typeof value === 'string' || typeof value === 'number') return String(value)
  }
  return null
}

function isOneOf(names: readonly string[], key: string): boolean {
  return names.includes(key)
}
