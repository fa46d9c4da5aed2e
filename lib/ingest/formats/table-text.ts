/** Owns cutting the text of a table into rows and fields, as RFC 4180 has it, with any delimiter. Knows no column. */
import { undecodable } from '@/lib/ingest/formats/undecodable'

export interface TableRow {
  readonly start: number
  readonly end: number
  /** Its fields, up to one more than a table may have. */
  readonly fields: readonly string[]
  /** How many it has. */
  readonly count: number
}

const QUOTE = '"'
const LF = 0x0a
const CR = 0x0d

export class TableText {
  private at = 0
  private readonly delimiter: number

  constructor(
    private readonly whole: string,
    delimiter: string,
    private readonly maxFields: number,
  ) {
    this.delimiter = delimiter.charCodeAt(0)
  }

  /** The next row that is not empty, or null. @throws AppError `invalid` (`undecodable`) for quotes out of place */
  next(): TableRow | null {
    while (this.isLineEnd(this.at) && this.at < this.whole.length) this.at++
    if (this.at >= this.whole.length) return null
    const start = this.at
    const fields: string[] = []
    let count = 0
    for (;;) {
      const field = this.whole[this.at] === QUOTE ? this.quoted() : this.plain()
      if (++count <= this.maxFields + 1) fields.push(field)
      if (this.isLineEnd(this.at)) return { start, end: this.at, fields, count }
      this.at++
    }
  }

  /** The beginning of a row as it stands in the text. */
  text({ start, end }: TableRow, length: number): string {
    return this.whole.slice(start, Math.min(end, start + length))
  }

  private isLineEnd(at: number): boolean {
    const code = at < this.whole.length ? this.whole.charCodeAt(at) : LF
    return code === LF || code === CR
  }

  private plain(): string {
    const start = this.at
    while (!this.isLineEnd(this.at) && this.whole.charCodeAt(this.at) !== this.delimiter) this.at++
    return this.whole.slice(start, this.at)
  }

  private quoted(): string {
    const start = this.at + 1
    let hasQuotes = false
    let end = this.whole.indexOf(QUOTE, start)
    while (end >= 0 && this.whole[end + 1] === QUOTE) {
      hasQuotes = true
      end = this.whole.indexOf(QUOTE, end + 2)
    }
    if (end < 0) throw undecodable(`The quote that opens on line ${this.line(start)} is never closed.`)
    this.at = end + 1
    if (!this.isLineEnd(this.at) && this.whole.charCodeAt(this.at) !== this.delimiter)
      throw undecodable(`Line ${this.line(end)} has a quote in a place where none may stand.`)
    const field = this.whole.slice(start, end)
    return hasQuotes ? field.replaceAll('""', QUOTE) : field
  }

  private line(at: number): number {
    return this.whole.slice(0, at).split(/\r\n|\n|\r/).length
  }
}
