/** Owns turning one parsed JSON object into a sample of what a model's service uses: memory, load, share of CPU. */
import type { PredictionRecord } from '@/lib/domain/record'
import { checkName } from '@/lib/ingest/check-text'
import { fail } from '@/lib/ingest/fault'
import { FIELD } from '@/lib/ingest/field-aliases'
import { type JsonObject, own } from '@/lib/ingest/json-value'
import type { Normalised } from '@/lib/ingest/normalise-record'
import { ObjectReader } from '@/lib/ingest/object-reader'
import { readAmount, readTime } from '@/lib/ingest/read-fields'

/** Which of several machines or processes a sample is of. */
const INSTANCE_KEYS = ['instance', 'pod', 'host', 'hostname', 'container'] as const
const CPU_KEYS = ['cpu', 'cpu_percent', 'cpu_usage'] as const
const NOTHING = 'A sample needs memory_bytes, load or cpu.'

const SHARED = [FIELD.model, FIELD.version]

/** Reads the samples of one request. */
export class ResourceNormaliser extends ObjectReader {
  /** Samples are no predictions. */
  override get refusedId(): null {
    return null
  }

  /**
   * @param generatedId  the id of a sample without a time of its own
   * @returns null when the sample is refused: `fault` then says why
   */
  normalise(sent: JsonObject, shared: JsonObject | null, generatedId: () => string): Normalised | null {
    this.fault = null
    const { values } = this.found
    this.ruled.forget()
    const raw = this.collect(sent)
    const inside = this.collectOpened(raw, this.isWhole)
    if (shared !== null) this.inherit(shared)
    const model = this.names.model(values[FIELD.model])
    const ruled = this.ruled.apply(model, raw, inside)
    if (ruled !== inside && shared !== null) this.inherit(shared)
    const version = this.names.version(values[FIELD.version])
    const time = values[FIELD.time]
    const at =
      time === undefined ? this.rules.nowMs : readTime(this, time, this.found.key(FIELD.time), this.rules)
    const record: PredictionRecord = { id: '', at, f: {} }
    if (time === undefined) record.ta = 1
    this.readAmounts(record, ruled)
    const instance = this.readInstance(ruled)
    if (instance !== null) record.t = { instance }
    if (this.fault !== null) return null
    // What says the same of the same instant is the same sample, in whatever request it comes again.
    record.id =
      time === undefined
        ? generatedId()
        : JSON.stringify([version, at, instance, record.m ?? null, record.cpu ?? null, record.f.cpu ?? null])
    return { model, version, record, label: null }
  }

  /** Whether an object says how much is used, and is no envelope around one that does; its fields are collected. */
  private readonly isWhole = (object: JsonObject) =>
    this.found.values[FIELD.memory] !== undefined ||
    this.found.values[FIELD.load] !== undefined ||
    CPU_KEYS.some((name) => own(object, name) !== undefined)

  private inherit(shared: JsonObject): void {
    this.sharedFound.collect(shared)
    this.found.inherit(this.sharedFound, SHARED)
  }

  /** A share of CPU stands in for the load where no load is given. */
  private readAmounts(record: PredictionRecord, raw: JsonObject): void {
    const { values } = this.found
    const memory = values[FIELD.memory]
    const load = values[FIELD.load]
    const key = CPU_KEYS.find((name) => own(raw, name) !== undefined && own(raw, name) !== null)
    const cpu = key === undefined ? undefined : own(raw, key)
    if (memory !== undefined) record.m = readAmount(this, memory, this.found.key(FIELD.memory))
    if (load !== undefined) record.cpu = readAmount(this, load, this.found.key(FIELD.load))
    if (key !== undefined && cpu !== undefined) {
      const amount = readAmount(this, cpu, key)
      record.f = { cpu: amount }
      record.cpu ??= amount
    }
    if (record.m === undefined && record.cpu === undefined)
      fail(this, 'missing_field', 'memory_bytes', NOTHING)
  }

  private readInstance(raw: JsonObject): string | null {
    for (const key of INSTANCE_KEYS) {
      const value = own(raw, key)
      if (typeof value !== 'string' || value === '') continue
      checkName(this, value, key, { ...this.rules, isPlain: false })
      return value
    }
    return null
  }
}
