/**
 * Owns reading the feedback that Seldon Core logs: `truth` is the label of each row that was asked for, and a `reward`
 * above 0 is an event of its prediction.
 */
import { type Outcome, readOutcomes } from '@/lib/ingest/formats/payload-outcomes'
import { readRows } from '@/lib/ingest/formats/payload-rows'
import { isObject, type JsonObject, type JsonValue, own } from '@/lib/ingest/json-value'

/** The name of the event that a reward is. */
const REWARD_EVENT = 'reward'

export interface Feedback {
  /** Each `{prediction_id, actual}`. */
  readonly labels: readonly JsonObject[]
  /** Each `{prediction_id, event, value}`. */
  readonly rewards: readonly JsonObject[]
}

/** What cannot be read, and where. */
export interface FeedbackFault {
  readonly field: 'truth' | 'reward'
  readonly message: string
}

/** The id of the request that feedback speaks of, where its body tells it. */
export function feedbackId(data: JsonObject): string | null {
  for (const side of ['response', 'request']) {
    const message = own(data, side)
    const meta = isObject(message) ? own(message, 'meta') : undefined
    const puid = isObject(meta) ? own(meta, 'puid') : undefined
    if (typeof puid === 'string' && puid !== '') return puid
  }
  return null
}

/** @param id  of the request; a row of several is known by its place behind `#`, as its record is */
export function readFeedback(data: JsonObject, id: string): Feedback | FeedbackFault {
  const response = own(data, 'response')
  const truth = own(data, 'truth')
  const outcomes = truth === undefined || truth === null ? [] : truthOf(truth, namesOf(response))
  if (!Array.isArray(outcomes)) return { field: 'truth', message: outcomes as string }
  const told = rowsOf(own(data, 'request'), response)
  const count = told ?? Math.max(1, outcomes.length)
  if (outcomes.length > 0 && outcomes.length !== count) {
    const message = `There were ${count} rows, and the truth tells of ${outcomes.length}.`
    return { field: 'truth', message }
  }
  const reward = own(data, 'reward') ?? 0
  if (typeof reward !== 'number') return { field: 'reward', message: 'A reward is a number.' }
  const ids = Array.from({ length: count }, (_, i) => (count === 1 ? id : `${id}#${i}`))
  const labels: JsonObject[] = []
  for (const [i, { prediction }] of outcomes.entries()) {
    if (prediction === undefined) return { field: 'truth', message: SEVERAL }
    labels.push({ prediction_id: ids[i] ?? id, actual: prediction })
  }
  const rewards =
    reward > 0 ? ids.map((own) => ({ prediction_id: own, event: REWARD_EVENT, value: reward })) : []
  return { labels, rewards }
}

const SEVERAL = 'The truth of a row is several values, and a label is one.'
const UNKNOWN =
  'The truth is none that can be read: data with ndarray or tensor, jsonData, strData, or a value.'

/** The truth by row, read as an answer is, so that both name classes in the same way; or why it cannot be. */
function truthOf(truth: JsonValue, names: JsonValue | undefined): readonly Outcome[] | string {
  if (!isObject(truth)) {
    return Array.isArray(truth) ? (readOutcomes(truth) ?? UNKNOWN) : [{ prediction: truth }]
  }
  const inner = own(truth, 'jsonData') ?? own(truth, 'strData')
  if (inner !== undefined && inner !== null) return truthOf(inner, names)
  const data = own(truth, 'data')
  if (!isObject(data)) return readOutcomes(truth) ?? UNKNOWN
  const known = own(data, 'names')
  const isNamed = Array.isArray(known) && known.length > 0
  return readOutcomes(isNamed || names === undefined ? truth : { data: { ...data, names } }) ?? UNKNOWN
}

/** Names of the classes, or of the columns, of an answer. */
function namesOf(response: JsonValue | undefined): JsonValue | undefined {
  const data = isObject(response) ? own(response, 'data') : undefined
  const names = isObject(data) ? own(data, 'names') : undefined
  return Array.isArray(names) && names.length > 0 ? names : undefined
}

/** How many rows were asked for, where feedback carries what was asked or answered. */
function rowsOf(request: JsonValue | undefined, response: JsonValue | undefined): number | null {
  const rows = readRows(request)
  if (rows !== null && typeof rows !== 'string' && rows.rows.length > 0) return rows.rows.length
  const outcomes = readOutcomes(response)
  return Array.isArray(outcomes) && outcomes.length > 0 ? outcomes.length : null
}
