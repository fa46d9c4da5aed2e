/** Owns turning one parsed JSON object into an event of a prediction: what happened to it, by its prediction_id. */
import { eventId, MAX_EVENT_NAME } from '@/lib/domain/model-event'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { EVENTS_VERSION } from '@/lib/domain/side-log'
import { AboutPrediction } from '@/lib/ingest/about-prediction'
import { checkName } from '@/lib/ingest/check-text'
import { openEnvelope } from '@/lib/ingest/collect-fields'
import { fail } from '@/lib/ingest/fault'
import { FIELD } from '@/lib/ingest/field-aliases'
import { type JsonObject, type JsonValue, own } from '@/lib/ingest/json-value'
import type { Normalised } from '@/lib/ingest/normalise-record'
import { readOutcome } from '@/lib/ingest/read-fields'

const NAME_KEYS = ['event', 'event_name', 'event_type'] as const
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['switch-mode', 'switch_mode'],
  ['switchMode', 'switch_mode'],
])
const NOT_HAPPENED = 'An event is sent when it happened: leave out those that did not.'
const NO_NAME = 'An event needs its name in "event": click, redo, switch_mode, or a name of your own.'

/** Reads the events of one request. */
export class EventNormaliser extends AboutPrediction {
  /** `event` is both: the name of an event, and what shippers call an envelope. */
  protected readonly isWhole = (object: JsonObject) =>
    NAME_KEYS.some((key) => {
      const value = own(object, key)
      return typeof value === 'string' && openEnvelope(value, this.rules.limits.maxDepth) === undefined
    })

  /** @returns null when the event is refused: `fault` then says why */
  normalise(raw: JsonObject, shared: JsonObject | null): Normalised | null {
    const { model, id, ruled } = this.readSubject(raw, shared, 'An event')
    const event = this.readName(ruled)
    const value = this.readValue(own(ruled, 'value'))
    const at = this.readTimeOf(FIELD.time)
    if (this.fault !== null || id === null) return null
    const record: PredictionRecord = {
      id: eventId(id, event),
      at: at ?? this.rules.nowMs,
      f: value === undefined ? {} : { value },
    }
    if (at === null) record.ta = 1
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
}
