/**
 * Owns the first look at one column: type, missing values and different values, in bounded memory. Each cell
 * becomes one float to be spilled: the code of its value while few differ, the number itself after that.
 */
import type { ValueType } from '@/lib/domain/column'
import { isMissingWord, isNonFiniteText, parseInstant } from '@/lib/profile/column-types'
import type { Cell } from '@/lib/profile/rows'
import { MAX_CATEGORIES, TextTally } from '@/lib/profile/text-tally'
import { TypeFlags } from '@/lib/profile/type-flags'

/** Spilled for a missing value. */
export const MISSING = Number.NaN
/** Spilled for a text that has no code. */
const UNCODED = -1

type Value = Exclude<Cell, null>

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
    this.look(value)
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
    return new ScannedColumn(this, type, this.values, this.counts, this.codedRows, this.tally, this.flags)
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

  /** Infinities written as text fit a numeric column and any text column, so they tell nothing of the type. */
  private look(value: Value): void {
    if (typeof value === 'string' && this.untyped && isNonFiniteText(value)) return
    this.flags.see(value)
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
      this.look(value)
      this.tally.add(String(value))
      return UNCODED
    }
    if (this.lost) return UNCODED
    if (typeof value === 'string' && this.untyped && isNonFiniteText(value)) {
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

/** A column after its first reading; turns spilled floats back into values. */
export class ScannedColumn {
  readonly rows: number
  readonly missing: number
  readonly missingWords: number
  readonly nonFinite: number
  readonly format: string | null
  readonly looksLikeLocaleNumbers: boolean

  constructor(
    scan: ColumnScan,
    readonly type: ValueType | null,
    private readonly values: readonly Value[],
    private readonly counts: readonly number[],
    private readonly codedRows: number | null,
    readonly tally: TextTally | null,
    flags: TypeFlags,
  ) {
    const dropped = this.droppedByType()
    this.rows = scan.rows
    this.missing = scan.missing + dropped
    this.missingWords = scan.missingWords
    this.nonFinite = scan.nonFinite + dropped
    this.format = type === 'string' ? flags.format() : null
    this.looksLikeLocaleNumbers = type === 'string' && flags.looksLikeLocaleNumbers()
  }

  get present(): number {
    return this.rows - this.missing
  }

  /** Whether every different value is known with its exact count. */
  get isCounted(): boolean {
    return this.codedRows === null
  }

  /** Labels with their exact counts; only while `isCounted`. Different texts of one number keep the number's label. */
  countLabels(): Map<string, number> {
    const labels = new Map<string, number>()
    for (const [code, value] of this.values.entries()) {
      const label = this.labelOf(value)
      if (label !== null) labels.set(label, (labels.get(label) ?? 0) + (this.counts[code] ?? 0))
    }
    return labels
  }

  /** Number of different texts while `isCounted`. */
  countedDistinct(): number {
    return new Set(this.values.filter((value) => this.labelOf(value) !== null).map(String)).size
  }

  /** Label of each spilled float; null for missing values and for texts without a code. */
  labels(spilled: Float64Array): (string | null)[] {
    const byCode = this.values.map((value) => this.labelOf(value))
    return Array.from(spilled, (float, row) => {
      if (Number.isNaN(float)) return null
      if (this.codedRows === null || row < this.codedRows) return byCode[float] ?? null
      return float === UNCODED ? null : String(float)
    })
  }

  /** Numbers (instants in epoch ms for dates) of spilled floats, in place; NaN for what is missing. */
  toNumbers(spilled: Float64Array): Float64Array {
    const byCode = this.values.map((value) => this.numberOf(value))
    const coded = this.codedRows ?? spilled.length
    for (let row = 0; row < Math.min(coded, spilled.length); row++) {
      const code = spilled[row]
      spilled[row] = code === undefined || Number.isNaN(code) ? MISSING : (byCode[code] ?? MISSING)
    }
    return spilled
  }

  private numberOf(value: Value): number {
    if (this.type === 'datetime') return parseInstant(String(value))
    const number = Number(value)
    return Number.isFinite(number) ? number : MISSING
  }

  private labelOf(value: Value): string | null {
    switch (this.type) {
      case 'integer':
      case 'number': {
        const number = Number(value)
        return Number.isFinite(number) ? String(number + 0) : null
      }
      case 'boolean': {
        // `True` of a Python program and `true` of JSON are one value; other words stay as they are.
        const lower = String(value).toLowerCase()
        return lower === 'true' || lower === 'false' ? lower : String(value)
      }
      default:
        return String(value)
    }
  }

  /** Rows whose value turned out not to fit: infinities in a numeric column. */
  private droppedByType(): number {
    let dropped = 0
    for (const [code, value] of this.values.entries()) {
      if (this.labelOf(value) === null) dropped += this.counts[code] ?? 0
    }
    return dropped
  }
}

function needsTrim(text: string): boolean {
  return text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32
}
