/** Owns the closed set of reasons for which one record is refused, and how a reader notes the first of them. */
import type { WarningList } from '@/lib/ingest/warnings'

export const REFUSAL_CODES = {
  malformed_json: 'The text of the record is not JSON.',
  wrong_shape: 'The record is not a JSON object.',
  record_too_large: 'The record is larger than the limit.',
  too_deep: 'Objects and arrays are nested deeper than the limit.',
  missing_field: 'A field that is needed is absent.',
  invalid_value: 'A field holds a value of a kind it cannot have.',
  invalid_id: 'The prediction_id is neither text nor a whole number.',
  unsafe_integer_id: 'The prediction_id is a number that JSON cannot carry exactly; send it as text.',
  id_too_long: 'The prediction_id is longer than the limit.',
  missing_model: 'Neither the path nor the record names a model.',
  bad_name: 'A model, version or feature name is empty or holds a character it may not hold.',
  reserved_name: 'The name is reserved.',
  name_too_long: 'A name is longer than the limit.',
  control_char: 'A name or id holds a control character, or a text holds NUL.',
  invalid_unicode: 'A text holds half of a surrogate pair.',
  value_too_long: 'A text is longer than the limit.',
  unsupported_value: 'A value is a list, or another shape that cannot be monitored.',
  too_many_features: 'The record has more features than the limit.',
  too_many_features_model: 'The model has reached its limit of features; the record brings new ones.',
  too_many_models: 'The instance has reached its limit of models.',
  too_many_versions: 'The model has reached its limit of versions.',
  too_many_events: 'The model has reached its limit of names of events.',
  number_out_of_range: 'A number is too large to be kept, or outside what the field can be.',
  bad_probability: 'A score lies outside 0 to 1.',
  invalid_timestamp: 'The timestamp is neither RFC 3339 nor an epoch number.',
  timestamp_out_of_range: 'The timestamp lies outside 1970-01-02 to 2100.',
  timestamp_future: 'The timestamp lies further ahead of the clock than allowed.',
  timestamp_too_old: 'The timestamp is older than records are kept; mark the request as back-fill.',
  label_too_late:
    'The label comes longer after its prediction than labels are taken; mark the request as back-fill.',
} as const
export type RefusalCode = keyof typeof REFUSAL_CODES

/** Why a record is refused: code, path of the field, and a sentence. */
export interface Fault {
  readonly code: RefusalCode
  readonly field: string | null
  readonly message: string
}

/** Holds the first fault met while a record is read: later ones do not matter. */
export interface FaultSink {
  fault: Fault | null
  /** Where a reader tells of what it took, but not without a doubt. */
  readonly warnings?: WarningList
}

/** Notes a fault unless there is one already. */
export function fail(
  sink: FaultSink,
  code: RefusalCode,
  field: string | null,
  message: string = REFUSAL_CODES[code],
): void {
  if (sink.fault === null) sink.fault = { code, field, message }
}
