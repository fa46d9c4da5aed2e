/** Owns turning one parsed JSON object into a label: ground truth for a record, by its prediction_id. */
import { UNVERSIONED } from '@/lib/domain/model'
import { FoundFields } from '@/lib/ingest/collect-fields'
import { type Fault, type FaultSink, fail } from '@/lib/ingest/fault'
import { FIELD } from '@/lib/ingest/field-aliases'
import type { JsonObject } from '@/lib/ingest/json-value'
import { RuleReader } from '@/lib/ingest/mapping/rule-book'
import type { Normalised, RecordRules } from '@/lib/ingest/normalise-record'
import { readId, readOutcome, readTime } from '@/lib/ingest/read-fields'
import { NameReader } from '@/lib/ingest/read-names'
import { noteUnknownFields } from '@/lib/ingest/unknown-fields'

/** Reads the labels of one request. */
export class LabelNormaliser implements FaultSink {
  fault: Fault | null = null
  private readonly found = new FoundFields()
  private readonly sharedFound = new FoundFields()
  private readonly names: NameReader
  readonly ruled: RuleReader

  constructor(private readonly rules: RecordRules) {
    this.names = new NameReader(this, rules)
    this.ruled = new RuleReader(rules.fieldRules, this.found)
  }

  /** @returns null when the label is refused: `fault` then says why */
  normalise(raw: JsonObject, shared: JsonObject | null): Normalised | null {
    this.fault = null
    const { values } = this.found
    this.ruled.forget()
    this.found.collect(raw)
    if (shared !== null) {
      this.sharedFound.collect(shared)
      values[FIELD.model] ??= this.sharedFound.values[FIELD.model]
    }
    const model = this.names.model(values[FIELD.model])
    const ruled = this.ruled.apply(model, raw, raw)
    if (this.found.others > 0) noteUnknownFields(this.rules.warnings, ruled)
    const id = readId(this, values[FIELD.id], this.found.key(FIELD.id), this.rules)
    const actual = values[FIELD.actual]
    if (id === null) fail(this, 'missing_field', 'prediction_id', 'A label needs a prediction_id.')
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
    const time = this.readTime(FIELD.time)
    const told = this.readTime(FIELD.labelTime)
    const isPredictionTime = told !== null || this.found.key(FIELD.time) === 'prediction_timestamp'
    if (isPredictionTime && time !== null && time < this.rules.oldestMs)
      fail(this, 'label_too_late', this.found.key(FIELD.time))
    return told ?? (isPredictionTime ? null : time) ?? this.rules.nowMs
  }

  private readTime(field: number): number | null {
    const value = this.found.values[field]
    return value === undefined
      ? null
      : readTime(this, value, this.found.key(field), {
          ...this.rules,
          oldestMs: Number.NEGATIVE_INFINITY,
        })
  }

  get refusedId(): string | null {
    const id = this.found.values[FIELD.id]
    return typeof id === 'string'
      ? id.slice(0, this.rules.limits.maxIdLength)
      : typeof id === 'number'
        ? String(id)
        : null
  }

  get refusedModel(): string | null {
    return this.names.lastModel
  }
}
