/** Owns what every reader of one JSON object of a request has: the fields it found, whose they are, and what to keep of it when it is refused. */
import type { TextRules } from '@/lib/ingest/check-text'
import { FoundFields, openEnvelope } from '@/lib/ingest/collect-fields'
import { type Fault, type FaultSink, fail } from '@/lib/ingest/fault'
import { FIELD } from '@/lib/ingest/field-aliases'
import { GELF_VERSION, openGelf } from '@/lib/ingest/formats/gelf'
import type { FeatureNames } from '@/lib/ingest/formats/payload-records'
import type { JsonObject } from '@/lib/ingest/json-value'
import { type RuleBook, RuleReader } from '@/lib/ingest/mapping/rule-book'
import { readTime, type TimeRules } from '@/lib/ingest/read-fields'
import { NameReader } from '@/lib/ingest/read-names'
import type { WarningList } from '@/lib/ingest/warnings'

export interface RecordRules extends TextRules, TimeRules {
  /** Model named by the path: it wins over what a record says. */
  readonly model: string | null
  readonly warnings: WarningList
  /** What is done to the fields of models; absent where no model has rules. */
  readonly fieldRules?: RuleBook | undefined
  /** Names for features that come as a list of values. */
  readonly featureNames?: FeatureNames | undefined
}

/** Shippers put envelopes into envelopes: a line of a container's log in a message of the system's. */
export const MAX_ENVELOPES = 4

/** Reads objects of one request; keeps what it needs from object to object, so that nothing is made anew. */
export abstract class ObjectReader implements FaultSink {
  fault: Fault | null = null
  protected readonly found = new FoundFields()
  private around: FoundFields | null = null
  protected readonly names: NameReader
  readonly ruled: RuleReader

  /** @param featureNames  names for features that come as a list, where the rules of a model may speak of them */
  constructor(
    protected readonly rules: RecordRules,
    featureNames?: FeatureNames | undefined,
  ) {
    this.names = new NameReader(this, rules)
    this.ruled = new RuleReader(rules.fieldRules, this.found, featureNames)
  }

  /** Of the object around the list that the objects came in; most come without. */
  protected get sharedFound(): FoundFields {
    this.around ??= new FoundFields()
    return this.around
  }

  /** Collects the fields of `raw`, or of the record in it where it is a message of GELF; returns which. */
  protected collect(raw: JsonObject): JsonObject {
    const { found } = this
    found.collect(raw)
    const message = found.values[FIELD.version] === GELF_VERSION ? openGelf(raw) : null
    if (message === null) return raw
    found.collect(message)
    return message
  }

  /**
   * Collects the fields of what `collect` returned, or of what shippers put it into.
   * @param raw  whose fields are collected
   * @param isWhole  whether an object says by itself what is sent: it is no envelope then
   * @returns the object inside; `raw` itself where it is no envelope
   */
  protected collectOpened(raw: JsonObject, isWhole: (object: JsonObject) => boolean): JsonObject {
    const { found } = this
    let inside = raw
    for (let level = 0; level < MAX_ENVELOPES && !isWhole(inside); level++) {
      const opened = openEnvelope(found.values[FIELD.envelope], this.rules.limits.maxDepth)
      if (opened === 'too_deep') fail(this, 'too_deep', found.key(FIELD.envelope))
      if (typeof opened !== 'object') break
      inside = opened
      found.collectInside(opened)
    }
    return inside
  }

  /** An instant that may be as old as it likes: it counts in the window of its prediction. Null where there is none. */
  protected readTimeOf(field: number): number | null {
    const value = this.found.values[field]
    if (value === undefined) return null
    return readTime(this, value, this.found.key(field), { ...this.rules, oldestMs: Number.NEGATIVE_INFINITY })
  }

  /** What the object called its prediction, as far as it could be read: for the list of what was refused. */
  get refusedId(): string | null {
    const id = this.found.values[FIELD.id]
    if (typeof id === 'string') return id.slice(0, this.rules.limits.maxIdLength)
    return typeof id === 'number' ? String(id) : null
  }

  get refusedModel(): string | null {
    return this.names.lastModel
  }
}
