/** Owns which types are still possible for a column, as its values are looked at one by one. */
import type { InferredType } from '@/lib/stats/profile/infer-kind'
import {
  BOOLEAN_WORDS,
  FORMATS,
  isDateTimeText,
  isIntegerText,
  isLocaleNumberText,
  isNonFiniteText,
  isNumberText,
  isZeroPadded,
} from '@/lib/stats/profile/text-patterns'

/** "All values so far are …". A flag that fell stays down: no "mostly". */
export class TypeFlags {
  private any = false
  /** One bit a pair of words, and one a format: most columns lose all of them at their first value. */
  private booleans = (1 << BOOLEAN_WORDS.length) - 1
  private integer = true
  private number = true
  private dateTime = true
  private formats = (1 << FORMATS.length) - 1
  private locale = true

  /** @param untyped whether text may be anything (CSV) or is text (JSON, Parquet) */
  constructor(private readonly untyped: boolean) {}

  /** Whether values may be kept as numbers, as instants, or only as text. */
  get numeric(): boolean {
    return this.number
  }
  get instants(): boolean {
    return !this.number && this.dateTime
  }

  /**
   * Looks at one value, trimmed. Infinity as text fits a numeric column, where it is missing, and a column of strings;
   * it makes neither.
   */
  see(cell: string | number | boolean): void {
    if (typeof cell === 'string' && this.untyped && isNonFiniteText(cell)) {
      this.booleans = this.formats = 0
      this.dateTime = this.locale = false
      return
    }
    this.any = true
    if (typeof cell === 'number') this.seeNumber(cell)
    else if (typeof cell === 'boolean') this.seeBoolean()
    else this.seeText(cell)
  }

  type(): InferredType | null {
    if (!this.any) return null
    if (this.booleans !== 0) return 'boolean'
    if (this.integer) return 'integer'
    if (this.number) return 'number'
    return this.dateTime ? 'datetime' : 'string'
  }

  /** Format that all texts have, or null. */
  format(): string | null {
    return FORMATS.find((_format, index) => (this.formats & (1 << index)) !== 0)?.[0] ?? null
  }

  /** Whether all values look like numbers written for people: `1,5`. */
  looksLikeLocaleNumbers(): boolean {
    return this.any && this.locale
  }

  private seeNumber(value: number): void {
    this.booleans = this.formats = 0
    this.dateTime = false
    this.locale = false
    if (!Number.isInteger(value)) this.integer = false
  }

  private seeBoolean(): void {
    this.booleans &= 1
    this.formats = 0
    this.integer = this.number = this.dateTime = this.locale = false
  }

  private seeText(text: string): void {
    if (!this.untyped) {
      this.booleans = 0
      this.integer = this.number = this.locale = false
    } else {
      if (this.booleans !== 0) this.booleans &= booleanBits(text.toLowerCase())
      if (this.number) {
        if (!isNumberText(text) || isZeroPadded(text)) this.integer = this.number = false
        else if (this.integer && !isIntegerText(text)) this.integer = false
      }
      if (this.locale && !isLocaleNumberText(text)) this.locale = false
    }
    if (this.dateTime && !isDateTimeText(text)) this.dateTime = false
    if (this.formats !== 0) this.formats &= formatBits(text)
  }
}

function booleanBits(lower: string): number {
  return BOOLEAN_WORDS.reduce((bits, words, index) => bits | (words.has(lower) ? 1 << index : 0), 0)
}

function formatBits(text: string): number {
  return FORMATS.reduce((bits, [, pattern], index) => bits | (pattern.test(text) ? 1 << index : 0), 0)
}
