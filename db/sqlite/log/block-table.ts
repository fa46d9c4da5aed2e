/**
 * Owns reading a block's bytes straight into columns: most blocks hold records of one shape, and to make an object of
 * each costs several times as much as to count them. Whatever it does not know well it leaves to JSON.parse.
 */
import { readShape, type Shape } from '@/db/sqlite/log/block-shape'
import { ColumnBuilder } from '@/db/sqlite/log/column-builder'
import type { RecordTable, TableColumn } from '@/lib/domain/record-table'

/** Fewer records are read faster one by one. */
const FEWEST_RECORDS = 32

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const BACKSLASH = 0x5c
const LOWER_F = 0x66
const LOWER_N = 0x6e
const LOWER_T = 0x74
const FIRST_NOT_ASCII = 0x80

/** Digits that a double holds exactly; so it does the powers of ten, and their quotient is rounded once. */
const MOST_DIGITS = 15
const POWERS = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, k) => 10 ** k)

/**
 * The records of a block as a table.
 * @param body the JSON array of the block, as `BlockText` writes it
 * @returns null where they differ in shape, are few, or hold what a table does not: lists, objects, escaped texts
 */
export function readTable(body: Buffer, count: number): RecordTable | null {
  if (count < FEWEST_RECORDS) return null
  const shape = readShape(body)
  return shape && new TableReader(body, count, shape).read()
}

class TableReader {
  private at = 1
  private readonly builders: ColumnBuilder[]
  private readonly starts: Int32Array
  private readonly ends: Int32Array

  constructor(
    private readonly body: Buffer,
    private readonly count: number,
    private readonly shape: Shape,
  ) {
    this.builders = shape.keys.map(({ name }) => new ColumnBuilder(name, count))
    this.starts = new Int32Array(count)
    this.ends = new Int32Array(count)
  }

  read(): RecordTable | null {
    const { builders, count, shape } = this
    const idSlot = shape.keys.findIndex(({ name, isFeature }) => name === 'id' && !isFeature)
    for (let row = 0; row < count; row++) {
      if (row > 0 && this.body[this.at++] !== COMMA) return null
      for (let slot = 0; slot < builders.length; slot++) {
        if (!this.skip(slot)) return null
        const builder = builders[slot]
        if (!builder || !(slot === idSlot ? this.id(row) : this.value(builder, row))) return null
      }
      if (!this.skip(builders.length)) return null
    }
    return this.at === this.body.length - 1 ? this.table() : null
  }

  /** Whether what stands before the value (or after the last one) is what stands there in the first record. */
  private skip(slot: number): boolean {
    const { body } = this
    const { between, ends } = this.shape
    const from = ends[slot] ?? 0
    const to = ends[slot + 1] ?? 0
    let at = this.at
    for (let i = from; i < to; i++) if (body[at++] !== between[i]) return false
    this.at = at
    return true
  }

  private id(row: number): boolean {
    const { body } = this
    let at = this.at
    if (body[at++] !== QUOTE) return false
    this.starts[row] = at
    for (; at < body.length; at++) {
      const byte = body[at] ?? 0
      if (byte === QUOTE) break
      if (byte === BACKSLASH || byte >= FIRST_NOT_ASCII) return false
    }
    this.ends[row] = at
    this.at = at + 1
    return true
  }

  private value(builder: ColumnBuilder, row: number): boolean {
    const byte = this.body[this.at] ?? 0
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return builder.number(row, this.number())
    if (byte === QUOTE) return this.text(builder, row)
    if (byte === LOWER_N) {
      this.at += 4
      return builder.missing(row)
    }
    if (byte !== LOWER_T && byte !== LOWER_F) return false
    this.at += byte === LOWER_T ? 4 : 5
    return builder.flag(row, byte === LOWER_T)
  }

  private text(builder: ColumnBuilder, row: number): boolean {
    const { body } = this
    const start = this.at + 1
    let at = start
    let hash = 0
    for (; at < body.length; at++) {
      const byte = body[at] ?? 0
      if (byte === QUOTE) break
      if (byte === BACKSLASH) return false
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    this.at = at + 1
    return builder.text(row, body, start, at, hash)
  }

  private number(): number {
    const { body } = this
    const start = this.at
    const isNegative = body[start] === MINUS
    let at = isNegative ? start + 1 : start
    let digits = 0
    let whole = 0
    let byte = body[at] ?? 0
    for (; byte >= ZERO && byte <= NINE; byte = body[++at] ?? 0) {
      whole = whole * 10 + (byte - ZERO)
      digits++
    }
    let decimals = 0
    if (byte === DOT) {
      byte = body[++at] ?? 0
      for (; byte >= ZERO && byte <= NINE; byte = body[++at] ?? 0) {
        whole = whole * 10 + (byte - ZERO)
        decimals++
      }
    }
    // e or E
    if (digits + decimals > MOST_DIGITS || (byte | 0x20) === 0x65) return this.longNumber(start, at)
    this.at = at
    const value = decimals === 0 ? whole : whole / (POWERS[decimals] ?? 1)
    return isNegative ? -value : value
  }

  private longNumber(start: number, from: number): number {
    const { body } = this
    let at = from
    // Digits, signs, the point and the letter of an exponent; a comma is no part of a number.
    for (let byte = body[at] ?? 0; isOfNumber(byte); byte = body[++at] ?? 0);
    this.at = at
    return Number(body.toString('latin1', start, at))
  }

  private table(): RecordTable | null {
    const heads = new Map<string, TableColumn>()
    const features = new Map<string, TableColumn>()
    this.shape.keys.forEach(({ name, isFeature }, slot) => {
      const column = this.builders[slot]?.column()
      if (column) (isFeature ? features : heads).set(name, column)
    })
    const at = heads.get('at')?.numbers
    if (!at?.every((ms) => ms - ms === 0)) return null
    heads.delete('at')
    heads.delete('id')
    const ids = { bytes: this.body, starts: this.starts, ends: this.ends }
    return { length: this.count, ids, at, heads, features }
  }
}

function isOfNumber(byte: number): boolean {
  return (
    (byte >= ZERO && byte <= NINE) ||
    byte === DOT ||
    byte === MINUS ||
    byte === 0x2b ||
    (byte | 0x20) === 0x65
  )
}
