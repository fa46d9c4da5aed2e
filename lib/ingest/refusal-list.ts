/** Owns gathering the refused records of one request: how much of each is kept, and what is needed to take it later. */
import type { Limits } from '@/lib/domain/limits'
import type { Refusal, RefusalOrigin, RefusedKind, Scalar } from '@/lib/domain/record'
import type { Fault } from '@/lib/ingest/fault'
import { ALIAS_OF, FIELD } from '@/lib/ingest/field-aliases'
import type { JsonObject } from '@/lib/ingest/json-value'
import { MAX_REFUSED_TEXT } from '@/lib/ingest/malformed'
import type { RuleReader } from '@/lib/ingest/mapping/rule-book'

export interface RefusalRules {
  readonly model: string | null
  readonly kind: RefusedKind
  readonly limits: Pick<Limits, 'maxQuarantinePerDay'>
}

/** What a reader of records says of the one it refused. */
export interface RefusingReader {
  readonly fault: Fault | null
  readonly refusedModel: string | null
  readonly refusedId: string | null
  readonly ruled: RuleReader
}

/** Characters of refused records that one request may keep whole; beyond that only their beginnings. */
const MAX_WHOLE_CHARACTERS = 8 * 1024 * 1024

/** Fields that records inherit from the object around their list. */
const INHERITED: readonly number[] = [FIELD.model, FIELD.version, FIELD.environment]

const NOTHING_APPLIED = { rules: null, id: null } as const

export class RefusalList {
  private characters = 0

  constructor(
    private readonly rules: RefusalRules,
    private readonly refusals: (Refusal & { readonly model: string | null })[],
  ) {}

  /** A record that `reader` has refused. */
  addRecord(index: number, raw: JsonObject, shared: JsonObject | null, reader: RefusingReader): void {
    const { fault, refusedModel, refusedId, ruled } = reader
    if (fault === null) return
    const kept = this.hasRoom() ? ruled.keepable(raw, refusedModel) : null
    const whole = kept === null ? '' : JSON.stringify(kept.kept)
    const from = { index, fault, model: refusedModel, predictionId: refusedId }
    this.add(from, whole, kept?.isWhole === true, {
      ...NOTHING_APPLIED,
      around: inheritedOf(shared),
      rules: ruled.rules?.revision ?? null,
    })
  }

  /** Text that could not be taken apart. */
  addText(index: number, fault: Fault, text: string, ruled: RuleReader): void {
    const { model } = this.rules
    const mayKeep = this.hasRoom() && ruled.mayKeepText(model)
    const from = { index, fault, model, predictionId: null }
    // Longer texts come without their end.
    const isWhole = text.length < MAX_REFUSED_TEXT
    this.add(from, mayKeep ? text : '', mayKeep, { ...NOTHING_APPLIED, around: null }, isWhole)
  }

  /** More than a day keeps need not be kept of one request. */
  private hasRoom(): boolean {
    return this.refusals.length < this.rules.limits.maxQuarantinePerDay
  }

  private add(
    {
      index,
      fault,
      model,
      predictionId,
    }: { index: number; fault: Fault; model: string | null; predictionId: string | null },
    text: string,
    isKept: boolean,
    applied: Pick<RefusalOrigin, 'around' | 'rules' | 'id'>,
    hasEnd = true,
  ): void {
    const isWhole = hasEnd && this.characters + text.length <= MAX_WHOLE_CHARACTERS
    const raw = isWhole ? text : text.slice(0, MAX_REFUSED_TEXT)
    this.characters += raw.length
    const state = !isKept ? 'withheld' : isWhole ? 'whole' : 'cut'
    const { kind } = this.rules
    const origin: RefusalOrigin = { kind, model: this.rules.model, state, ...applied }
    this.refusals.push({ index, ...fault, predictionId, raw, model, origin })
  }
}

function inheritedOf(shared: JsonObject | null): RefusalOrigin['around'] {
  if (shared === null) return null
  const around: Record<string, Scalar> = {}
  for (const key of Object.keys(shared)) {
    const alias = ALIAS_OF.get(key)
    const value = shared[key]
    const isPlain = typeof value !== 'object' && value !== undefined && String(value).length <= 800
    if (alias !== undefined && INHERITED.includes(alias.field) && isPlain) around[key] = value
  }
  return Object.keys(around).length > 0 ? around : null
}
