/** Owns what reading a label and reading an event have in common: of which model and which prediction it is. */

import { FoundFields } from '@/lib/ingest/collect-fields'
import type { FaultSink } from '@/lib/ingest/fault'
import { type Fault, fail } from '@/lib/ingest/fault'
import { FIELD } from '@/lib/ingest/field-aliases'
import type { JsonObject } from '@/lib/ingest/json-value'
import { RuleReader } from '@/lib/ingest/mapping/rule-book'
import type { RecordRules } from '@/lib/ingest/normalise-record'
import { readId, readTime } from '@/lib/ingest/read-fields'
import { NameReader } from '@/lib/ingest/read-names'

export interface Subject {
  readonly model: string
  /** Null where it is missing; then the fault says so. */
  readonly id: string | null
  /** What came, as the rules of its model leave it. */
  readonly ruled: JsonObject
}

/** A reader of what says something about a prediction, for one request. */
export abstract class AboutPrediction implements FaultSink {
  fault: Fault | null = null
  protected readonly found = new FoundFields()
  private readonly sharedFound = new FoundFields()
  private readonly names: NameReader
  readonly ruled: RuleReader

  constructor(protected readonly rules: RecordRules) {
    this.names = new NameReader(this, rules)
    this.ruled = new RuleReader(rules.fieldRules, this.found)
  }

  /** @param what it is, as a sentence about it begins: `A label` */
  protected readSubject(raw: JsonObject, shared: JsonObject | null, what: string): Subject {
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
    const id = readId(this, values[FIELD.id], this.found.key(FIELD.id), this.rules)
    if (id === null) fail(this, 'missing_field', 'prediction_id', `${what} needs a prediction_id.`)
    return { model, id, ruled }
  }

  /** It counts in the window of its prediction, whenever that was: its time may be as old as it likes. Null without one. */
  protected readTimeOf(field: number): number | null {
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
