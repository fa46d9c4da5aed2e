/**
 * Owns the linear scan over the bytes of a body: where each record begins and ends, how deep it is, how many there
 * are. It checks no JSON grammar inside a record (JSON.parse does) and allocates only the spans.
 */
import { RECORD_LISTS } from '@/lib/ingest/record-lists'

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d

/** Keys under which a top-level object carries its records, as bytes with their quotes. */
const LIST_WRAPPERS = RECORD_LISTS.map((name) => Buffer.from(`"${name}"`))

/** Bytes at which the inside of a string needs a closer look: the quote, the backslash, and raw control characters. */
const STRING_STOPS = new Uint8Array(256)
STRING_STOPS.fill(1, 0, 0x20)
STRING_STOPS[QUOTE] = 1
STRING_STOPS[BACKSLASH] = 1

/** Bytes outside strings that change the depth or begin a string: " [ ] { } */
const STRUCTURE = new Uint8Array(256)
for (const byte of Buffer.from('"[]{}')) STRUCTURE[byte] = 1

const BLANK = new Uint8Array(256)
// Record separators of JSON text sequences (RFC 7464) count as blank.
for (const byte of Buffer.from(' \t\r\n\u001e')) BLANK[byte] = 1

/** A list of records inside a top-level value: the value itself when it is an array, else a wrapper's list. */
export interface RecordList {
  /** Position of `[` and the position after `]`. */
  readonly start: number
  readonly end: number
}

/** One top-level value and the records in it. */
export interface TopValue {
  readonly start: number
  readonly end: number
  readonly kind: 'array' | 'object' | 'other'
  readonly list: RecordList | null
  /** Whether it is a wrapper with a second list of records beside that one. */
  readonly hasTwoLists: boolean
  /** Its records are `spans[firstRecord …]` up to the next value's. A wrapper's are those of its list. */
  readonly firstRecord: number
  readonly depth: number
}

export interface Scan {
  readonly values: readonly TopValue[]
  /** Start and end of each record, in pairs. */
  readonly spans: readonly number[]
  /** Deepest nesting of each record that is deeper than the limit, by record number. */
  readonly tooDeep: ReadonlySet<number>
  /** `ok`, or where the structure breaks; `too_many` as soon as the limit of records is passed. */
  readonly state: 'ok' | 'broken' | 'too_many'
  readonly brokenAt: number
}

export interface ScanLimits {
  readonly maxRecords: number
  readonly maxDepth: number
}

/** Scans `bytes` from `from` to `to`. Linear in time; memory grows with the number of records only. */
export function scanJson(bytes: Uint8Array, limits: ScanLimits, from = 0, to = bytes.length): Scan {
  return new Scanner(bytes, limits, to).run(from)
}

/** First position at or after `at` that is not blank, at most `end`. */
export function skipBlank(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && BLANK[bytes[at] as number] === 1) at++
  return at
}

class Scanner {
  private readonly values: TopValue[] = []
  private readonly spans: number[] = []
  private readonly tooDeep = new Set<number>()
  private brokenAt = -1
  private tooMany = false
  /** Deepest level of the container skipped last; its own level is 1. */
  private depth = 0
  /** List of records found inside the object skipped last. */
  private list: RecordList | null = null
  private hasTwoLists = false

  constructor(
    private readonly bytes: Uint8Array,
    private readonly limits: ScanLimits,
    private readonly end: number,
  ) {}

  run(from: number): Scan {
    let at = skipBlank(this.bytes, from, this.end)
    while (at < this.end && this.brokenAt < 0 && !this.tooMany) {
      at = skipBlank(this.bytes, this.topValue(at), this.end)
    }
    return {
      values: this.values,
      spans: this.spans,
      tooDeep: this.tooDeep,
      state: this.tooMany ? 'too_many' : this.brokenAt < 0 ? 'ok' : 'broken',
      brokenAt: this.brokenAt,
    }
  }

  private topValue(start: number): number {
    const firstRecord = this.spans.length / 2
    const first = this.bytes[start]
    let end: number
    let kind: TopValue['kind']
    this.depth = 0
    this.list = null
    this.hasTwoLists = false
    if (first === OPEN_ARRAY) {
      kind = 'array'
      end = this.elements(start)
      this.list = { start, end }
    } else if (first === OPEN_OBJECT) {
      kind = 'object'
      end = this.container(start, true)
      if (this.list === null) this.addRecord(start, end)
    } else {
      kind = 'other'
      end = this.scalar(start)
      this.addRecord(start, end)
    }
    const { list, hasTwoLists, depth } = this
    this.values.push({ start, end, kind, list, hasTwoLists, firstRecord, depth })
    return end
  }

  private addRecord(start: number, end: number): void {
    if (this.depth > this.limits.maxDepth) this.tooDeep.add(this.spans.length / 2)
    this.spans.push(start, end)
    if (this.spans.length > 2 * this.limits.maxRecords) this.tooMany = true
  }

  /** Spans of the elements of the list that opens at `start`; returns the position after its `]`. */
  private elements(start: number): number {
    const { bytes, end } = this
    let at = skipBlank(bytes, start + 1, end)
    if (bytes[at] === CLOSE_ARRAY) return at + 1
    for (;;) {
      const first = at < end ? (bytes[at] as number) : 0
      this.depth = 0
      const valueEnd = (first | 0x20) === OPEN_OBJECT ? this.container(at, false) : this.scalar(at)
      if (valueEnd === at) return this.breakAt(at)
      this.addRecord(at, valueEnd)
      if (this.tooMany || this.brokenAt >= 0) return end
      at = skipBlank(bytes, valueEnd, end)
      const next = at < end ? bytes[at] : 0
      if (next === CLOSE_ARRAY) return at + 1
      if (next !== COMMA) return this.breakAt(at)
      at = skipBlank(bytes, at + 1, end)
    }
  }

  /**
   * Position after the object or list that opens at `start`. In a top-level object a list under a wrapper's key
   * has its elements noted as records on the way.
   */
  private container(start: number, isTop: boolean): number {
    const { bytes, end } = this
    let depth = 0
    let deepest = 0
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number
      if (STRUCTURE[byte] === 0) continue
      if (byte === QUOTE) {
        // Written out here as well: most bytes of a body are in strings, and a call for each costs a third of the scan.
        let stop = 0
        for (at++; at < end; at++) {
          stop = bytes[at] as number
          if (STRING_STOPS[stop] === 0) continue
          if (stop !== BACKSLASH) break
          at++
        }
        if (at >= end || stop !== QUOTE) return this.breakAt(Math.min(at, end))
      } else if ((byte | 0x20) === OPEN_OBJECT) {
        if (isTop && depth === 1 && byte === OPEN_ARRAY && this.takesAsList(start, at)) {
          const listEnd = this.elements(at)
          if (this.tooMany || this.brokenAt >= 0) return end
          this.list = { start: at, end: listEnd }
          at = listEnd - 1
        } else if (++depth > deepest) deepest = depth
      } else if (--depth === 0) {
        this.depth = deepest
        return at + 1
      }
    }
    return this.breakAt(end)
  }

  /** Position of the quote that ends the string that begins at `start`. */
  private string(start: number): number {
    const { bytes, end } = this
    for (let at = start + 1; at < end; at++) {
      const byte = bytes[at] as number
      if (STRING_STOPS[byte] === 0) continue
      if (byte === QUOTE) return at
      if (byte === BACKSLASH) at++
      else return this.breakAt(at)
    }
    return this.breakAt(end)
  }

  /** Position after a number, word or string (or garbage) that begins at `start`. */
  private scalar(start: number): number {
    const { bytes, end } = this
    let at = start
    while (at < end) {
      const byte = bytes[at] as number
      if (byte === QUOTE) at = this.string(at)
      else if (BLANK[byte] === 1 || (at > start && (byte === COMMA || STRUCTURE[byte] === 1))) break
      else if (byte === COMMA || byte === CLOSE_ARRAY) break
      at++
    }
    if (at === start) this.breakAt(at)
    return at
  }

  /** Whether the list at `at` holds the records of the object: of several such lists only one may hold any. */
  private takesAsList(objectStart: number, at: number): boolean {
    if (!this.isWrapperList(objectStart, at)) return false
    if (this.list === null || this.isEmpty(this.list.start)) return true
    if (!this.isEmpty(at)) this.hasTwoLists = true
    return false
  }

  private isEmpty(list: number): boolean {
    return this.bytes[skipBlank(this.bytes, list + 1, this.end)] === CLOSE_ARRAY
  }

  /** Whether the list at `at` stands under a wrapper's key and holds objects (or nothing). */
  private isWrapperList(objectStart: number, at: number): boolean {
    const { bytes, end } = this
    const inside = bytes[skipBlank(bytes, at + 1, end)]
    if (inside !== OPEN_OBJECT && inside !== CLOSE_ARRAY) return false
    let back = at - 1
    while (back > objectStart && BLANK[bytes[back] as number] === 1) back--
    if (bytes[back] !== COLON) return false
    back--
    while (back > objectStart && BLANK[bytes[back] as number] === 1) back--
    return LIST_WRAPPERS.some((name) => {
      const from = back + 1 - name.length
      return from > objectStart && name.every((byte, i) => bytes[from + i] === byte)
    })
  }

  private breakAt(at: number): number {
    if (this.brokenAt < 0) this.brokenAt = at
    return this.end
  }
}
