/**
 * Owns applying the rules of a record's model while it is read: after its model is known, before anything else is
 * read of it; and what may be kept of a record that is refused.
 */
import { UNVERSIONED } from '@/lib/domain/model'
import type { FoundFields } from '@/lib/ingest/collect-fields'
import { ALIAS_OF, FIELD } from '@/lib/ingest/field-aliases'
import type { FeatureNames } from '@/lib/ingest/formats/payload-records'
import { nameRow } from '@/lib/ingest/formats/payload-rows'
import type { JsonObject } from '@/lib/ingest/json-value'
import type { CompiledRules } from '@/lib/ingest/mapping/compile-rules'
import { withholdOpaque } from '@/lib/ingest/mapping/withhold-opaque'

/** The rules of all models, as they stood when a request began. */
export interface RuleBook {
  of(model: string): CompiledRules | null
  /** Whether any model has private rules: then nothing is kept of what cannot be told to belong to another. */
  readonly isAnyPrivate: boolean
}

/** Reads records of one request under the rules of their models. */
export class RuleReader {
  /** The rules of the record read last; null where its model has none. */
  rules: CompiledRules | null = null
  private inside: JsonObject | null = null
  private outside: JsonObject | null = null
  private envelope = ''

  constructor(
    private readonly book: RuleBook | undefined,
    private readonly found: FoundFields,
    private readonly featureNames?: FeatureNames | undefined,
  ) {}

  /** Before a record is read. */
  forget(): void {
    this.rules = null
    this.inside = null
  }

  /**
   * Applies the rules of `model` and collects the fields of the record anew.
   * @param raw  the record as it came
   * @param inside  the record inside its envelope, or `raw` itself
   * @returns the record to read instead of `inside`; the same where no rule touches it
   */
  apply(model: string, raw: JsonObject, inside: JsonObject): JsonObject {
    const rules = this.book?.of(model) ?? null
    if (rules === null) return inside
    this.rules = rules
    this.envelope = this.found.key(FIELD.envelope)
    this.inside = rules.protect(this.withNames(model, inside))
    this.outside = inside === raw ? null : rules.protect(withoutEnvelopes(raw))
    const renamed = rules.rename(this.inside)
    if (this.outside === null) {
      if (renamed !== raw) this.found.collect(renamed)
    } else {
      this.found.collect(rules.rename(this.outside))
      this.found.collectInside(renamed)
    }
    return renamed
  }

  /**
   * What may be kept of the record read last, which was refused; names as they came. Null when nothing may: it belongs
   * to no model that could be read, and there are models with private rules.
   * @param model  its model, null where that could not be read
   */
  keepable(raw: JsonObject, model: string | null): { kept: JsonObject; isWhole: boolean } | null {
    const { rules, inside, outside } = this
    if (rules === null || inside === null)
      return model === null && this.book?.isAnyPrivate ? null : { kept: raw, isWhole: true }
    if (!rules.isPrivate) return { kept: raw, isWhole: true }
    const blurred = rules.blur(withoutEnvelopes(inside))
    const around = outside === null ? null : rules.blur(outside)
    const kept = withholdOpaque(blurred)
    const keptAround = around && withholdOpaque(around)
    return {
      kept: keptAround === null ? kept : { ...keptAround, [this.envelope || 'message']: kept },
      isWhole: kept === blurred && keptAround === around,
    }
  }

  /** Features that came as a list of values, under the names that they will be kept by: rules speak of names. */
  private withNames(model: string, inside: JsonObject): JsonObject {
    const value = this.found.values[FIELD.features]
    if (!Array.isArray(value) || this.featureNames === undefined) return inside
    const row = value.length === 1 && Array.isArray(value[0]) ? value[0] : value
    if (row.some((item) => typeof item === 'object' && item !== null)) return inside
    const version = this.found.values[FIELD.version]
    const isNamed = typeof version === 'string' || typeof version === 'number'
    const names = this.featureNames(model, isNamed ? String(version) : UNVERSIONED)
    if (row.length === 0 || names?.length !== row.length) return inside
    return { ...inside, [this.found.key(FIELD.features)]: nameRow(row, null, names) }
  }

  /** Whether text that could not be taken apart may be kept: no rule can be applied to it. */
  mayKeepText(model: string | null): boolean {
    if (this.book === undefined) return true
    return model === null ? !this.book.isAnyPrivate : !this.book.of(model)?.isPrivate
  }
}

/** Envelopes that were not opened may hold anything. */
function withoutEnvelopes(raw: JsonObject): JsonObject {
  let copy: JsonObject | null = null
  for (const key of Object.keys(raw)) {
    if (ALIAS_OF.get(key)?.field !== FIELD.envelope) continue
    copy ??= { ...raw }
    delete copy[key]
  }
  return copy ?? raw
}
