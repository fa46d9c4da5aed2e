/** Owns the halves of a prediction that a serving stack logs one by one, the request and what was answered, and putting them together. */
import { UNVERSIONED } from '@/lib/domain/model'
import type { Outcome } from '@/lib/ingest/formats/payload-outcomes'
import { type FeatureNames, mismatch, recordsOf } from '@/lib/ingest/formats/payload-records'
import type { Rows } from '@/lib/ingest/formats/payload-rows'
import type { JsonObject, JsonValue } from '@/lib/ingest/json-value'
import type { RecordSink } from '@/lib/ingest/read-records'

export interface Half {
  readonly side: 'request' | 'response'
  readonly model: string
  /** The same on both sides. */
  readonly id: string
  readonly version: string | null
  /** Of the event, as it was sent. */
  readonly time: JsonValue
  readonly tags: JsonObject
  /** Of a request. */
  readonly rows: Rows | null
  /** Of a response. */
  readonly outcomes: readonly Outcome[] | null
}

/** Where halves meet. */
export interface PairMeeting {
  /** Forgets what this request brought: its body is read again. */
  reset(): void
  /** The other half, which waits no longer; or null, and this one waits from now on. */
  meet(half: Half): Half | null
}

/** Hands the records of a pair to `sink`, or of the only half there is. */
export function readPair(
  half: Half,
  other: Half | null,
  sink: RecordSink,
  namesOf: FeatureNames | undefined,
): void {
  const [request, response] = half.side === 'request' ? [half, other] : [other, half]
  const { model, id } = half
  const version = response?.version ?? request?.version ?? null
  const base: JsonObject = {
    prediction_id: id,
    model_id: model,
    ...(version === null ? {} : { model_version: version }),
    timestamp: request?.time ?? response?.time ?? null,
    tags: { ...response?.tags, ...request?.tags },
  }
  const rows = request?.rows ?? null
  const outcomes = response?.outcomes ?? null
  const problem = mismatch(rows, outcomes)
  if (problem !== null)
    sink.refuse({ code: 'unsupported_value', field: 'predictions', message: problem }, JSON.stringify(base))
  const names = namesOf?.(model, version ?? UNVERSIONED) ?? null
  // What was asked is known all the same.
  for (const record of recordsOf(base, rows, problem === null ? outcomes : null, names))
    sink.record(record, null)
}
