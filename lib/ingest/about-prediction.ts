/** Owns what reading a label and reading an event have in common: of which model and which prediction it is. */
import { fail } from '@/lib/ingest/fault'
import { FIELD } from '@/lib/ingest/field-aliases'
import type { JsonObject } from '@/lib/ingest/json-value'
import { ObjectReader } from '@/lib/ingest/object-reader'
import { readId } from '@/lib/ingest/read-fields'

export interface Subject {
  readonly model: string
  /** Null where it is missing; then the fault says so. */
  readonly id: string | null
  /** What came, as the rules of its model leave it. */
  readonly ruled: JsonObject
}

const SHARED = [FIELD.model]

/** A reader of what says something about a prediction, for one request. */
export abstract class AboutPrediction extends ObjectReader {
  /** Whether an object says what is sent, and is no envelope around it; its fields are collected. */
  protected abstract readonly isWhole: (object: JsonObject) => boolean

  /** @param what it is, as a sentence about it begins: `A label` */
  protected readSubject(sent: JsonObject, shared: JsonObject | null, what: string): Subject {
    this.fault = null
    const { values } = this.found
    this.ruled.forget()
    const raw = this.collect(sent)
    const inside = this.collectOpened(raw, this.isWhole)
    if (shared !== null) {
      this.sharedFound.collect(shared)
      this.found.inherit(this.sharedFound, SHARED)
    }
    const model = this.names.model(values[FIELD.model])
    const ruled = this.ruled.apply(model, raw, inside)
    const id = readId(this, values[FIELD.id], this.found.key(FIELD.id), this.rules)
    if (id === null) fail(this, 'missing_field', 'prediction_id', `${what} needs a prediction_id.`)
    return { model, id, ruled }
  }
}
