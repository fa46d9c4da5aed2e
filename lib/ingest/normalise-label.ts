/** Owns turning one parsed JSON object into a label: ground truth for a record, by its prediction_id. */
import { UNVERSIONED } from '@/lib/domain/model'
import { AboutPrediction } from '@/lib/ingest/about-prediction'
import { fail } from '@/lib/ingest/fault'
import { FIELD } from '@/lib/ingest/field-aliases'
import type { JsonObject } from '@/lib/ingest/json-value'
import type { Normalised } from '@/lib/ingest/normalise-record'
import { readOutcome } from '@/lib/ingest/read-fields'
import { noteUnknownFields } from '@/lib/ingest/unknown-fields'

/** Reads the labels of one request. */
export class LabelNormaliser extends AboutPrediction {
  protected readonly isWhole = () => this.found.values[FIELD.actual] !== undefined

  /** @returns null when the label is refused: `fault` then says why */
  normalise(raw: JsonObject, shared: JsonObject | null): Normalised | null {
    const { model, id, ruled } = this.readSubject(raw, shared, 'A label')
    if (this.found.others > 0) noteUnknownFields(this.rules.warnings, ruled)
    const actual = this.found.values[FIELD.actual]
    if (actual === undefined) fail(this, 'missing_field', 'actual', 'A label needs its value in "actual".')
    const at = this.labelTime()
    if (id === null || actual === undefined || this.fault !== null) return null
    const y = readOutcome(this, actual, this.found.key(FIELD.actual), this.rules)
    return this.fault === null ? { model, version: UNVERSIONED, record: null, label: { id, y, at } } : null
  }

  /**
   * When the label was known. A label belongs to its record's window, whenever that was: it may be as old as it likes,
   * but it may not come longer after its prediction than the rules say, where it tells when that was.
   */
  private labelTime(): number {
    const time = this.readTimeOf(FIELD.time)
    const told = this.readTimeOf(FIELD.labelTime)
    const isPredictionTime = told !== null || this.found.key(FIELD.time) === 'prediction_timestamp'
    if (isPredictionTime && time !== null && time < this.rules.oldestMs)
      fail(this, 'label_too_late', this.found.key(FIELD.time))
    return told ?? (isPredictionTime ? null : time) ?? this.rules.nowMs
  }
}
