/** Owns turning one parsed JSON object into an event of a prediction: what happened to it, by its prediction_id. */
import { eventId, MAX_EVENT_NAME } from '@/lib/domain/model-event'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { EVENTS_VERSION } from '@/lib/domain/side-log'
import { checkName } from '@/lib/ingest/check-text'
import { FoundFields } from '@/lib/ingest/collect-fields'
import { type Fault, type FaultSink, fail } from '@/lib/ingest/fault'
import { FIELD } from '@/lib/ingest/field-aliases'
import { type JsonObject, type JsonValue, own } from '@/lib/ingest/json-value'
import { RuleReader } from '@/lib/ingest/mapping/rule-book'
import type { Normalised, RecordRules } from '@/lib/ingest/normalise-record'
import { readId, readOutcome, readTime } from '@/lib/ingest/read-fields'
import { NameReader } from '@/lib/ingest/read-names'

const NAME_KEYS = ['event', 'event_name', 'event_type'] as const
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['switch-mode', 'switch_mode'],
  ['switchMode', 'switch_mode'],
])
const NOT_HAPPENED = 'An event is sent when it happened: leave out those that did not.'
const NO_NAME = 'An event needs its name in "event": click, redo, switch_mode, or a name of your own.'

/** Reads the events of one request. */
export class EventNormaliser implements FaultSink {
  fault: Fault | null = null
  private readonly found = new FoundFields()
  private readonly sharedFound = new FoundFields()
  private readonly names: NameReader
  readonly ruled: RuleReader

  constructor(private readonly rules: RecordRules) {
    this.names = new NameReader(this, rules)
    this.ruled = new RuleReader(rules.fieldRules, this.found)
  }

  /** @returns null when the event is refused: `fault` then says why */
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
    const id = readId(this, values[FIELD.id], this.found.key(FIELD.id), this.rules)
    if (id === null) fail(this, 'missing_field', 'prediction_id', 'An event needs a prediction_id.')
    const event = this.readName(ruled)
    const value = this.readValue(own(ruled, 'value'))
    const time = values[FIELD.time]
    const at =
      time === undefined
        ? this.rules.nowMs
        : readTime(this, time, this.found.key(FIELD.time), {
            ...this.rules,
            // It counts in the window of its prediction, whenever that was.
            oldestMs: Number.NEGATIVE_INFINITY,
          })
    if (this.fault !== null || id === null) return null
    const record: PredictionRecord = { id: eventId(id, event), at, f: value === undefined ? {} : { value } }
    if (time === undefined) record.ta = 1
    return { model, version: EVENTS_VERSION, record, label: null }
  }

  private readName(raw: JsonObject): string {
    const key = NAME_KEYS.find((name) => Object.hasOwn(raw, name))
    const value = key === undefined ? undefined : raw[key]
    if (key === undefined || value === undefined || value === null || value === '') {
      fail(this, 'missing_field', 'event', NO_NAME)
      return ''
    }
    if (typeof value !== 'string') {
      fail(this, 'invalid_value', key, 'The name of an event must be text.')
      return ''
    }
    const name = SPELLINGS.get(value) ?? value
    if (name.length > MAX_EVENT_NAME)
      fail(this, 'name_too_long', key, `The name of an event has at most ${MAX_EVENT_NAME} characters.`)
    else if (name.trim() !== name)
      fail(this, 'bad_name', key, 'The name of an event has no blanks around it.')
    else checkName(this, name, key, { ...this.rules, isPlain: false })
    return name
  }

  private readValue(value: JsonValue | undefined): Scalar | undefined {
    if (value === undefined || value === null) return undefined
    if (value === false) fail(this, 'invalid_value', 'value', NOT_HAPPENED)
    return readOutcome(this, value, 'value', this.rules)
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
