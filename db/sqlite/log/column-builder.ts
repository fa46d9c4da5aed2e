/** Owns collecting one column of a record table, value by value; knows nothing of JSON. */
import type { Scalar } from '@/lib/domain/record'
import type { TableColumn } from '@/lib/domain/record-table'

/** Different texts that are told apart; further ones each get a place of their own. */
const MOST_KNOWN = 256
const SLOTS = 1_024

/** Code of null, which rows have until they get another. */
const NULL_CODE = 0

/** Every method says whether the value fits: a column of numbers takes nothing else but null. */
export class ColumnBuilder {
  private numbers: Float64Array | null = null
  private codes: Int32Array | null = null
  private readonly values: Scalar[] = [null]
  /** Hash table over the texts: code, or 0. Their hashes and where they stand, by code. */
  private slots: Int32Array | null = null
  private readonly hashes: number[] = [0]
  private readonly starts: number[] = [0]
  private readonly ends: number[] = [0]

  constructor(
    private readonly name: string,
    private readonly length: number,
  ) {}

  number(row: number, value: number): boolean {
    if (this.numbers === null) {
      if (this.codes !== null) return false
      this.numbers = new Float64Array(this.length).fill(Number.NaN)
    }
    this.numbers[row] = value
    // What is no number was no JSON.
    return !Number.isNaN(value)
  }

  /** The row keeps what it had from the start: nothing. */
  missing(_row: number): boolean {
    return true
  }

  flag(row: number, value: boolean): boolean {
    const codes = this.takeCodes()
    if (codes === null) return false
    const known = this.values.indexOf(value)
    codes[row] = known >= 0 ? known : this.push(value, 0, 0, 0)
    return true
  }

  /** @param hash of the bytes of the text, which stand in `body` from `start` to `end` */
  text(row: number, body: Buffer, start: number, end: number, hash: number): boolean {
    const codes = this.takeCodes()
    if (codes === null) return false
    codes[row] = this.codeOf(body, start, end, hash)
    return true
  }

  column(): TableColumn {
    const { name, numbers } = this
    if (numbers !== null) return { name, numbers }
    return { name, numbers, codes: this.codes ?? new Int32Array(this.length), values: this.values }
  }

  private takeCodes(): Int32Array | null {
    if (this.codes === null && this.numbers === null) this.codes = new Int32Array(this.length)
    return this.codes
  }

  private codeOf(body: Buffer, start: number, end: number, hash: number): number {
    this.slots ??= new Int32Array(SLOTS)
    const { slots, hashes } = this
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
    for (let code = slots[slot] ?? NULL_CODE; code !== NULL_CODE; code = slots[slot] ?? NULL_CODE) {
      if (hashes[code] === hash && this.isSame(body, code, start, end)) return code
      slot = (slot + 1) & (SLOTS - 1)
    }
    const code = this.push(body.toString('utf8', start, end), hash, start, end)
    if (code <= MOST_KNOWN) slots[slot] = code
    return code
  }

  private isSame(body: Buffer, code: number, start: number, end: number): boolean {
    const from = this.starts[code] ?? 0
    if ((this.ends[code] ?? 0) - from !== end - start) return false
    for (let i = start; i < end; i++) if (body[i] !== body[from + i - start]) return false
    return true
  }

  private push(value: Scalar, hash: number, start: number, end: number): number {
    this.hashes.push(hash)
    this.starts.push(start)
    this.ends.push(end)
    return this.values.push(value) - 1
  }
}
