/** Owns a column after its first reading: its counts, and how spilled floats turn back into values. */
import type { ValueType } from '@/lib/domain/column'
import { parseInstant } from '@/lib/profile/instants'
import type { Cell } from '@/lib/profile/rows'
import type { TextTally } from '@/lib/profile/text-tally'
import { booleanLabel, categoryLabel } from '@/lib/summary/category-label'

/** Spilled for a missing value. */
export const MISSING = Number.NaN
/** Spilled for a text that has no code. */
export const UNCODED = -1

export type Value = Exclude<Cell, null>

/** What the scan hands over. */
export interface ScanResult {
  readonly rows: number
  readonly missing: number
  readonly missingWords: number
  readonly nonFinite: number
  readonly type: ValueType | null
  /** Different values by code, and their counts. */
  readonly values: readonly Value[]
  readonly counts: readonly number[]
  /** Row from which values were spilled as they are; null while codes sufficed. */
  readonly codedRows: number | null
  readonly tally: TextTally | null
  readonly format: string | null
  readonly looksLikeLocaleNumbers: boolean
}

export class ScannedColumn {
  readonly rows: number
  readonly missing: number
  readonly missingWords: number
  readonly nonFinite: number
  readonly type: ValueType | null
  readonly format: string | null
  readonly looksLikeLocaleNumbers: boolean
  readonly tally: TextTally | null
  private readonly values: readonly Value[]
  private readonly counts: readonly number[]
  private readonly codedRows: number | null

  constructor(private readonly scan: ScanResult) {
    this.type = scan.type
    this.values = scan.values
    this.counts = scan.counts
    this.codedRows = scan.codedRows
    this.tally = scan.tally
    const dropped = this.droppedByType()
    this.rows = scan.rows
    this.missing = scan.missing + dropped
    this.missingWords = scan.missingWords
    this.nonFinite = scan.nonFinite + dropped
    this.format = scan.type === 'string' ? scan.format : null
    this.looksLikeLocaleNumbers = scan.type === 'string' && scan.looksLikeLocaleNumbers
  }

  /** The same column read as words, whatever they look like. */
  asWords(): ScannedColumn {
    return new ScannedColumn({ ...this.scan, type: 'string' })
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

  /** Texts as they stand in the file with their counts; only while `isCounted`. */
  countTexts(): Map<string, number> {
    const texts = new Map<string, number>()
    for (const [code, value] of this.values.entries()) {
      if (this.labelOf(value) === null) continue
      const text = String(value)
      texts.set(text, (texts.get(text) ?? 0) + (this.counts[code] ?? 0))
    }
    return texts
  }

  /** Number of different texts while `isCounted`. */
  countedDistinct(): number {
    return this.countTexts().size
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
      case 'boolean':
        return booleanLabel(value) ?? String(value)
      default:
        return categoryLabel(value)
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
