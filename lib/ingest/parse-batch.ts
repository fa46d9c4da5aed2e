/** Owns turning the bytes of one request into groups of canonical records, labels and refusals. */
import { isAscii } from 'node:buffer'
import type { Limits } from '@/lib/domain/limits'
import type { Label, PredictionRecord, Refusal, RefusedKind } from '@/lib/domain/record'
import type { Fault } from '@/lib/ingest/fault'
import type { FeatureTexts } from '@/lib/ingest/feature-texts'
import { openEntry } from '@/lib/ingest/formats/kafka-rest'
import { expandPayload, type FeatureNames } from '@/lib/ingest/formats/payload-records'
import type { JsonObject } from '@/lib/ingest/json-value'
import type { RuleBook } from '@/lib/ingest/mapping/rule-book'
import { RecordNormaliser } from '@/lib/ingest/normalise-record'
import { NORMALISERS } from '@/lib/ingest/normalisers'
import { type BodyReader, type RecordSink, readRecords } from '@/lib/ingest/read-records'
import { RefusalList } from '@/lib/ingest/refusal-list'
import { WarningList } from '@/lib/ingest/warnings'

export type BatchKind = RefusedKind

export interface BatchRules {
  /** Model named by the path, or null. */
  readonly model: string | null
  readonly nowMs: number
  /** Records before this are refused; -Infinity for back-fill. */
  readonly oldestMs: number
  readonly maxFutureMs: number
  readonly limits: Limits
  /** Prefix of the ids given to records without one; asked for once, when first needed. */
  readonly idPrefix: () => string
  /** `labels`: every object is the label of a record, and nothing else; the others likewise. */
  readonly kind: BatchKind
  /** What is done to the fields of models before anything else; absent where no model has rules. */
  readonly fieldRules?: RuleBook | undefined
  /** Names for features that come as a list of values. */
  readonly featureNames?: FeatureNames | undefined
}

export interface ParsedGroup {
  readonly model: string
  readonly version: string
  readonly records: PredictionRecord[]
  readonly indexes: number[]
}

export interface ParsedLabels {
  readonly model: string
  readonly labels: Label[]
}

/** What one request holds. `total` counts records and labels, refused ones included. */
export interface ParsedBatch {
  readonly groups: ParsedGroup[]
  readonly labels: ParsedLabels[]
  readonly refusals: (Refusal & { readonly model: string | null })[]
  total: number
  /** Objects that were a label and nothing else. */
  labelsOnly: number
  /** Records whose id was made here. */
  generatedIds: number
  readonly warnings: WarningList
  /** JSON of the features of some records as it came, by the object `f` of the record. */
  featureTexts: FeatureTexts
  /** A few records as they came, before any rule: one a version, and the first refused one. */
  readonly samples: { readonly model: string; readonly raw: JsonObject; readonly isRefused: boolean }[]
}

const NO_TEXTS: FeatureTexts = new Map()

/** Samples of one request. */
const MAX_SAMPLES = 4

/**
 * Reads a whole body. A generator: it yields after every quarter of a megabyte, so that the caller may let others run.
 *
 * @param bytes  decompressed UTF-8 without a byte order mark; changed while it is read, and left as it was
 * @param read  reads a format of its own; without it the body is JSON in any of its forms
 * @throws AppError when the body as a whole cannot be read (see readRecords)
 */
export function* parseBatch(
  bytes: Buffer,
  rules: BatchRules,
  read?: BodyReader,
): Generator<void, ParsedBatch> {
  if (read !== undefined) {
    const collector = new Collector(rules, false)
    yield* read(bytes, rules.limits, collector, rules.featureNames)
    return collector.batch
  }
  const ascii = isAscii(bytes)
  const collector = new Collector(rules, ascii && bytes.indexOf(0x5c) < 0 && bytes.indexOf(0x7f) < 0)
  yield* readRecords(bytes, ascii, rules.limits, collector)
  return collector.batch
}

/** parseBatch in one go, for callers without others to think of. */
export function parseBatchAtOnce(bytes: Buffer, rules: BatchRules): ParsedBatch {
  const steps = parseBatch(bytes, rules)
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** Names hold no control characters, so a line break cannot be part of one. */
function groupKey({ model, version }: Pick<ParsedGroup, 'model' | 'version'>): string {
  return `${model}\n${version}`
}

const DUPLICATE_KEY =
  'The key stands more than once in a record: the last one counts. Only the first record of a request is looked at for this.'

class Collector implements RecordSink {
  readonly batch: ParsedBatch = {
    groups: [],
    labels: [],
    refusals: [],
    total: 0,
    labelsOnly: 0,
    generatedIds: 0,
    warnings: new WarningList(),
    featureTexts: NO_TEXTS,
    samples: [],
  }
  private normaliser: InstanceType<(typeof NORMALISERS)[BatchKind]>
  private rowNormaliser: RecordNormaliser | null = null
  /** Of the object that is taken for several: which of its rows is read. */
  private row: number | null = null
  /** Rows of such objects so far. */
  private rows = 0
  private readonly refusals: RefusalList
  /** The normaliser's own: a reader may change its mind about what is plain. */
  private readonly textRules: { isPlain: boolean }
  /** By name; made when there is a second one, which most requests do not have. */
  private groups: Map<string, ParsedGroup> | null = null
  private labels: Map<string, ParsedLabels> | null = null
  private lastGroup: ParsedGroup | null = null

  constructor(
    private readonly rules: BatchRules,
    isPlain: boolean,
  ) {
    const Normaliser = NORMALISERS[rules.kind]
    const { model, nowMs, oldestMs, maxFutureMs, limits, fieldRules, featureNames } = rules
    const { warnings } = this.batch
    const own = { model, nowMs, oldestMs, maxFutureMs, limits, fieldRules, featureNames, isPlain, warnings }
    this.normaliser = new Normaliser(own)
    this.textRules = own
    this.refusals = new RefusalList(rules, this.batch.refusals)
  }

  plain(isPlain: boolean): void {
    this.textRules.isPlain = isPlain
  }

  record(raw: JsonObject, shared: JsonObject | null): void {
    this.take(shared === null ? raw : openEntry(raw), shared, this.batch.total++)
  }

  private take(raw: JsonObject, shared: JsonObject | null, index: number): void {
    const normalised = this.normaliser.normalise(raw, shared, this.generatedId)
    if (normalised === null) {
      if (this.expand(raw, shared, index)) return
      if (this.batch.refusals.length === 0) this.sample(this.normaliser.refusedModel, raw, true)
      this.refusals.addRecord(index, raw, shared, this.normaliser)
      return
    }
    if (normalised.record !== null) {
      const group = this.groupOf(normalised.model, normalised.version)
      if (group.records.length === 0) this.sample(normalised.model, raw, false)
      group.records.push(normalised.record)
      group.indexes.push(index)
    } else this.batch.labelsOnly++
    if (normalised.label !== null) this.labelsOf(normalised.model).labels.push(normalised.label)
  }

  /**
   * Takes the record that was just refused for several, one for each row that it carries: they share its position.
   * @returns false where it carries none
   */
  private expand(raw: JsonObject, shared: JsonObject | null, index: number): boolean {
    const { rules, normaliser } = this
    if (this.row !== null || normaliser.fault?.code !== 'unsupported_value' || rules.kind !== 'records')
      return false
    const rows = expandPayload(raw, rules.model, rules.limits.maxDepth, rules.featureNames)
    this.rows += rows?.length ?? 0
    if (rows === null || this.rows > rules.limits.maxRecords) return false
    // What was decoded from base64 may hold anything, whatever the body held.
    this.rowNormaliser ??= new RecordNormaliser({ ...rules, isPlain: false, warnings: this.batch.warnings })
    this.normaliser = this.rowNormaliser
    for (const [i, row] of rows.entries()) {
      this.row = i
      this.take(row, shared, index)
    }
    this.row = null
    this.normaliser = normaliser
    return true
  }

  texts(texts: FeatureTexts): void {
    this.batch.featureTexts = texts
  }

  repeated(keys: readonly string[]): void {
    for (const key of keys) this.batch.warnings.note('duplicate_key', key, () => DUPLICATE_KEY)
  }

  refuse(fault: Fault, raw: string): void {
    this.refusals.addText(this.batch.total++, fault, raw, this.normaliser.ruled)
  }

  private readonly generatedId = () => {
    this.batch.generatedIds++
    const row = this.row === null ? '' : `.${this.row}`
    return `${this.rules.idPrefix()}#${this.batch.total - 1}${row}`
  }

  private sample(model: string | null, raw: JsonObject, isRefused: boolean): void {
    const { samples } = this.batch
    if (model !== null && samples.length < MAX_SAMPLES) samples.push({ model, raw, isRefused })
  }

  private groupOf(model: string, version: string): ParsedGroup {
    if (this.lastGroup !== null && this.lastGroup.model === model && this.lastGroup.version === version)
      return this.lastGroup
    if (this.lastGroup !== null) this.groups ??= new Map([[groupKey(this.lastGroup), this.lastGroup]])
    let group = this.groups?.get(groupKey({ model, version }))
    if (group === undefined) {
      group = { model, version, records: [], indexes: [] }
      this.groups?.set(groupKey(group), group)
      this.batch.groups.push(group)
    }
    this.lastGroup = group
    return group
  }

  private labelsOf(model: string): ParsedLabels {
    this.labels ??= new Map()
    let labels = this.labels.get(model)
    if (labels === undefined) {
      labels = { model, labels: [] }
      this.labels.set(model, labels)
      this.batch.labels.push(labels)
    }
    return labels
  }
}
