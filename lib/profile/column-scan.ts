/**
 * Owns the first look at one column: type, missing values and different values, in bounded memory. Each cell
 * becomes one float to be spilled: the code of its value while few differ, the number itself after that.
 */
import type { ValueType } from '@/lib/domain/column'
import { parseInstant } from '@/lib/profile/instants'
import type { Cell } from '@/lib/profile/rows'
import { MISSING, ScannedColumn, UNCODED, type Value } from '@/lib/profile/scanned-column'
import { MAX_CATEGORIES, TextTally } from '@/lib/profile/text-tally'
import { isMissingWord, isNonFiniteText } from '@/lib/stats/profile/text-patterns'
import { TypeFlags } from '@/lib/stats/profile/type-flags'

export class ColumnScan {
  rows = 0
  missing = 0
  /** Missing values that were written as a word, such as `NA`. */
  missingWords = 0
  /** Infinities: counted as missing in numeric columns. */
  nonFinite = 0
  private readonly flags: TypeFlags
  private readonly codes = new Map<Value, number>()
  private readonly values: Value[] = []
  private readonly counts: number[] = []
  /** Row from which values are spilled as they are; null while codes suffice. */
  private codedRows: number | null = null
  private tally: TextTally | null = null
  /** A number column turned into text after its texts were let go: it must be read again. */
  private lost = false

  /** @param asText read every value as text from the start (second reading of a lost column) */
  constructor(
    private readonly untyped: boolean,
    private readonly declared: ValueType | null,
    private readonly asText = false,
  ) {
    this.flags = new TypeFlags(untyped)
  }

  get mustReadAgain(): boolean {
    return this.lost
  }

  /** Counts a cell and returns what to spill for it. */
  add(cell: Cell): number {
    this.rows++
    const value = this.presentValue(cell)
    if (value === null) {
      this.missing++
      return MISSING
    }
    if (this.codedRows !== null) return this.addUncoded(value)
    const known = this.codes.get(value)
    if (known !== undefined) {
      this.counts[known] = (this.counts[known] ?? 0) + 1
      return known
    }
    if (this.codes.size >= MAX_CATEGORIES) {
      this.leaveCodes()
      return this.addUncoded(value)
    }
    this.flags.see(value)
    const code = this.values.length
    this.codes.set(value, code)
    this.values.push(value)
    this.counts.push(1)
    return code
  }

  /** Adds rows without this column. */
  addAbsent(rows: number): void {
    this.rows += rows
    this.missing += rows
  }

  /** What is known once all rows were seen. */
  finish(): ScannedColumn {
    const type = this.resolveType()
    return new ScannedColumn({
      rows: this.rows,
      missing: this.missing,
      missingWords: this.missingWords,
      nonFinite: this.nonFinite,
      type,
      values: this.values,
      counts: this.counts,
      codedRows: this.codedRows,
      tally: this.tally,
      format: this.flags.format(),
      looksLikeLocaleNumbers: this.flags.looksLikeLocaleNumbers(),
    })
  }

  private resolveType(): ValueType | null {
    if (this.asText) return 'string'
    const seen = this.flags.type()
    if (seen === null) return this.nonFinite > 0 ? 'number' : this.declared
    return seen === 'integer' && this.declared === 'number' ? 'number' : seen
  }

  private presentValue(cell: Cell): Value | null {
    if (cell === null) return null
    if (typeof cell === 'number') {
      if (Number.isFinite(cell)) return cell
      if (!Number.isNaN(cell)) this.nonFinite++
      return null
    }
    if (typeof cell === 'boolean') return cell
    const text = needsTrim(cell) ? cell.trim() : cell
    if (text === '') return null
    if (this.untyped && isMissingWord(text)) {
      this.missingWords++
      return null
    }
    return text
  }

  private leaveCodes(): void {
    this.codedRows = this.rows - 1
    this.codes.clear()
    if (this.asText || (!this.flags.numeric && !this.flags.instants)) this.startTally()
  }

  private startTally(): void {
    this.tally = new TextTally()
    for (const [code, value] of this.values.entries())
      this.tally.addMany(String(value), this.counts[code] ?? 0)
  }

  private addUncoded(value: Value): number {
    if (this.tally) {
      this.flags.see(value)
      this.tally.add(String(value))
      return UNCODED
    }
    if (this.lost) return UNCODED
    if (typeof value === 'string' && this.untyped && this.flags.numeric && isNonFiniteText(value)) {
      this.missing++
      this.nonFinite++
      return MISSING
    }
    this.flags.see(value)
    if (this.flags.numeric) {
      const number = Number(value)
      if (Number.isFinite(number)) return number
      this.missing++
      this.nonFinite++
      return MISSING
    }
    if (this.flags.instants) return parseInstant(String(value))
    this.lost = true
    return UNCODED
  }
}

function needsTrim(text: string): boolean {
  return text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32
}
