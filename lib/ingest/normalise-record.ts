/** Owns turning one parsed JSON object, under any accepted names, into a canonical record, a label, or a fault. */
import type { Label, PredictionRecord, Scalar } from '@/lib/domain/record'
import { openEnvelope } from '@/lib/ingest/collect-fields'
import { fail } from '@/lib/ingest/fault'
import { ALIAS_OF, FIELD } from '@/lib/ingest/field-aliases'
import { nameRow } from '@/lib/ingest/formats/payload-rows'
import type { JsonObject, JsonValue } from '@/lib/ingest/json-value'
import { isObject, setOwn } from '@/lib/ingest/json-value'
import { isLogLine } from '@/lib/ingest/log-line'
import { MAX_ENVELOPES, ObjectReader, type RecordRules } from '@/lib/ingest/object-reader'
import { embeddingFeatures } from '@/lib/ingest/read-context'
import { describeUnfit, FlatFeatures, featureObject, readFeatures } from '@/lib/ingest/read-features'
import { readAmount, readId, readOutcome, readScore, readTime } from '@/lib/ingest/read-fields'
import { readRareFields } from '@/lib/ingest/read-rare-fields'
import { noteUnknownAround, noteUnknownFields } from '@/lib/ingest/unknown-fields'
import type { WarningList } from '@/lib/ingest/warnings'

/** What one object turned out to be: a record, a label, or a record with its label. */
export interface Normalised {
  readonly model: string
  readonly version: string
  readonly record: PredictionRecord | null
  readonly label: Label | null
}

const LOG_LINE =
  'The text is no JSON object, and nothing beside it is a prediction: this looks like a line of a log.'

/** Where Fluent Bit puts what a record had beside its body, as a log of OpenTelemetry does. */
const METADATA = '__internal__'

const SHARED = [FIELD.model, FIELD.version, FIELD.environment]

/** Reads the records of one request. */
export class RecordNormaliser extends ObjectReader {
  private lastShared: JsonObject | null = null
  readonly warnings: WarningList

  constructor(rules: RecordRules) {
    super(rules, rules.featureNames)
    this.warnings = rules.warnings
  }

  /**
   * @param sent  one parsed object; its features may become part of the answer
   * @param shared  the object around the list that the record came in, or null
   * @param generatedId  the id of a record that has none
   * @returns null when the record is refused: `fault` then says why
   */
  normalise(sent: JsonObject, shared: JsonObject | null, generatedId: () => string): Normalised | null {
    this.fault = null
    const { found } = this
    const { values } = found
    const raw = this.collect(sent)
    let inside = this.openEnvelopes(raw)
    if (shared !== null) this.inherit(shared)

    const model = this.names.model(values[FIELD.model])
    if (this.rules.fieldRules !== undefined) inside = this.applyRules(model, raw, inside, shared)
    const version = this.names.version(values[FIELD.version])
    const id = readId(this, values[FIELD.id], found.key(FIELD.id), this.rules)
    const time = values[FIELD.time]
    const at = time === undefined ? this.rules.nowMs : readTime(this, time, found.key(FIELD.time), this.rules)
    const record: PredictionRecord = { id: id ?? '', at, f: this.readFeatures(inside, model, version) }
    if (this.ruled.rules !== null) record.f = this.ruled.rules.coarsen(record.f, version)
    if (time === undefined) record.ta = 1
    this.readOutput(record)
    this.readRest(record)

    const actual = values[FIELD.actual]
    const hasContent = this.hasContent(record)
    if (!hasContent && actual === undefined) {
      fail(this, 'missing_field', 'features', 'The record has neither features nor a prediction.')
    }
    if (!hasContent && id === null)
      fail(this, 'missing_field', 'prediction_id', 'A label needs a prediction_id.')
    if (this.fault !== null) return null
    if (id === null) record.id = generatedId()
    const label = actual === undefined ? null : this.readLabel(record.id, actual, at)
    if (this.fault !== null) return null
    return { model, version, record: hasContent ? record : null, label }
  }

  /** The record inside what shippers put around it; the object itself where it is none of theirs. */
  private openEnvelopes(raw: JsonObject): JsonObject {
    const { values } = this.found
    let inside = raw
    for (let level = 0; level < MAX_ENVELOPES; level++) {
      if (values[FIELD.envelope] === undefined) return inside
      if (values[FIELD.features] !== undefined || values[FIELD.prediction] !== undefined) return inside
      const opened = openEnvelope(values[FIELD.envelope], this.rules.limits.maxDepth)
      if (opened === 'too_deep') fail(this, 'too_deep', this.found.key(FIELD.envelope))
      if (typeof opened !== 'object') break
      inside = opened
      this.found.collectInside(opened)
    }
    if (isLogLine(inside)) fail(this, 'missing_field', this.found.key(FIELD.envelope), LOG_LINE)
    return inside
  }

  /** What is read of the record from here on is what the rules of its model leave of it. */
  private applyRules(
    model: string,
    raw: JsonObject,
    inside: JsonObject,
    shared: JsonObject | null,
  ): JsonObject {
    this.ruled.forget()
    const ruled = this.ruled.apply(model, raw, inside)
    if (this.ruled.rules !== null && shared !== null) this.inherit(shared)
    return ruled
  }

  private inherit(shared: JsonObject): void {
    if (shared !== this.lastShared) {
      this.lastShared = shared
      this.sharedFound.collect(shared)
      noteUnknownAround(this.warnings, shared)
    }
    this.found.inherit(this.sharedFound, SHARED)
  }

  private readFeatures(raw: JsonObject, model: string, version: string): Record<string, Scalar> {
    const value = this.found.values[FIELD.features]
    const source =
      value === undefined ? undefined : (this.named(value, model, version) ?? featureObject(value))
    let features: Record<string, Scalar>
    if (source !== undefined) {
      features = readFeatures(this, source, this.rules)
      if (this.found.others > 0) noteUnknownFields(this.warnings, raw)
    } else if ((typeof value === 'object' && value !== null) || isJsonText(value)) {
      fail(this, 'unsupported_value', this.found.key(FIELD.features), describeUnfit(value))
      return {}
    } else features = this.found.others > 0 || value !== undefined ? this.flatLog(raw) : {}
    const embedding = this.found.values[FIELD.embedding]
    if (embedding !== undefined) {
      // A copy: features that are returned themselves stand in the log as they came.
      features = { ...features }
      const norms = embeddingFeatures(embedding)
      for (const name in norms) setOwn<Scalar>(features, name, norms[name] as Scalar)
    }
    return features
  }

  /** A list of plain values by the names of the model's features, where they are known and as many. */
  private named(value: JsonValue, model: string, version: string): JsonObject | undefined {
    if (!Array.isArray(value) || this.rules.featureNames === undefined) return undefined
    const row = value.length === 1 && Array.isArray(value[0]) ? value[0] : value
    if (row.length === 0 || row.some((item) => typeof item === 'object' && item !== null)) return undefined
    const names = this.rules.featureNames(model, version)
    return names?.length === row.length ? nameRow(row, null, names) : undefined
  }

  /** Flat logs: every key that means nothing else is a feature. */
  private flatLog(raw: JsonObject): Record<string, Scalar> {
    // A list under this name would have been opened: anything else is a request put together wrongly.
    if (Object.hasOwn(raw, 'records')) fail(this, 'wrong_shape', 'records', 'The records must be a list.')
    const flat = new FlatFeatures(this, this.rules)
    for (const key in raw) {
      const alias = ALIAS_OF.get(key)
      const isFeature = alias === undefined || (alias.field === FIELD.features && !isObject(raw[key]))
      if (isFeature && key !== METADATA) flat.add(key, raw[key] as JsonValue, 1)
    }
    return flat.features
  }

  private readOutput(record: PredictionRecord): void {
    const { values } = this.found
    const prediction = values[FIELD.prediction]
    if (prediction !== undefined) {
      record.p = readOutcome(this, prediction, this.found.key(FIELD.prediction), this.rules)
      if (isObject(prediction)) {
        const score = prediction.score ?? prediction.probability ?? prediction.confidence
        if (score !== undefined && score !== null)
          readScore(this, score, this.found.key(FIELD.prediction), this.rules, record)
      }
    }
    const score = values[FIELD.score]
    if (score !== undefined) readScore(this, score, this.found.key(FIELD.score), this.rules, record)
  }

  private readRest(record: PredictionRecord): void {
    const { values } = this.found
    const latency = values[FIELD.latency]
    if (latency !== undefined) {
      const key = this.found.key(FIELD.latency)
      record.l = readAmount(this, latency, key) * (key === 'duration_seconds' ? 1000 : 1)
    }
    readRareFields(this, this.found, record, this.rules)
  }

  private hasContent(record: PredictionRecord): boolean {
    if (record.p !== undefined || record.s !== undefined || record.ss !== undefined) return true
    if (record.l !== undefined || record.c !== undefined || record.e !== undefined) return true
    for (const _ in record.f) return true
    return false
  }

  private readLabel(id: string, actual: JsonValue, recordMs: number): Label {
    return {
      id,
      y: readOutcome(this, actual, this.found.key(FIELD.actual), this.rules),
      at: this.readTimeOf(FIELD.labelTime) ?? recordMs,
    }
  }
}

/** Whether a request is there as the text of its JSON, as payload tables have it. */
function isJsonText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && /^\s*[[{]/.test(value)
}
