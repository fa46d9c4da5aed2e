/**
 * Owns finding the records in a JSON document that keeps them in lists within lists, such as
 * `resourceLogs[].scopeLogs[].logRecords[]`, without parsing it at once: one linear scan over its bytes. What stands
 * around the records is a document of its own, the frame, in which each list holds nothing but its number.
 */
import { tooManyRecords, undecodable } from '@/lib/ingest/formats/undecodable'
import { type JsonValue, parseAny } from '@/lib/ingest/json-value'
import type { ReadLimits } from '@/lib/ingest/read-records'

export interface NestedLists {
  readonly frame: JsonValue
  /** Start and end of each element, in pairs, by the number of the list. */
  readonly lists: readonly (readonly number[])[]
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** What protobuf's JSON parsers stop at, four times: each level of a value of OTLP is four of JSON. */
const MAX_NESTING = 400
/** All that stands around the records. */
const MAX_FRAME_BYTES = 4 * 1024 * 1024

/**
 * @param keys  names of the lists, from the outermost to the one that holds the records
 * @throws AppError `invalid` (`undecodable`), `too_large` (`too_many_records`)
 */
export function findNestedLists(bytes: Buffer, keys: readonly string[], limits: ReadLimits): NestedLists {
  const { lists, cuts } = new ListScanner(bytes, keys, limits).run()
  const parts: string[] = []
  let from = 0
  let size = 0
  cuts.forEach(([start, end], number) => {
    size += start - from
    if (size > MAX_FRAME_BYTES) throw frameTooLarge()
    parts.push(bytes.toString('utf8', from, start), String(number))
    from = end
  })
  if (size + bytes.length - from > MAX_FRAME_BYTES) throw frameTooLarge()
  const frame = parseAny(parts.join('') + bytes.toString('utf8', from))
  if (frame === undefined) throw notJson()
  return { frame, lists }
}

/** @throws AppError `invalid` when the elements are not JSON. Answers elements `first` … `last` of a list, parsed. */
export function parseElements(
  bytes: Buffer,
  spans: readonly number[],
  first: number,
  last: number,
): JsonValue[] {
  const text = bytes.toString('utf8', spans[2 * first], spans[2 * last + 1])
  const values = parseAny(`[${text}]`)
  if (!Array.isArray(values) || values.length !== last - first + 1) throw notJson()
  return values
}

class ListScanner {
  private readonly lists: number[][] = []
  /** The inside of each list, which the frame does without. */
  private readonly cuts: [number, number][] = []
  private readonly keys: readonly Buffer[]
  private count = 0

  constructor(
    private readonly bytes: Buffer,
    keys: readonly string[],
    private readonly limits: ReadLimits,
  ) {
    this.keys = keys.map((key) => Buffer.from(`"${key}"`))
  }

  run(): { lists: number[][]; cuts: [number, number][] } {
    const { bytes, keys } = this
    const inner = 2 * keys.length
    let depth = 0
    /** How many of the lists are open. */
    let level = 0
    let keyStart = 0
    let keyEnd = 0
    let at = 0
    while (at < bytes.length) {
      const byte = bytes[at] as number
      if (byte === QUOTE) {
        keyStart = at
        at = this.endOfString(at)
        keyEnd = at
        continue
      }
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        const isNext = byte === OPEN_ARRAY && level < keys.length && depth === 2 * level + 1
        if (isNext && this.isKey(keys[level] as Buffer, keyStart, keyEnd)) {
          level++
          if (level === keys.length) {
            at = this.elements(at + 1)
            // Its closing bracket comes next.
            depth++
            continue
          }
        }
        if (++depth > MAX_NESTING) throw tooDeep()
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (level > 0 && depth === 2 * level) {
          if (byte === CLOSE_OBJECT) throw notJson()
          level--
        }
        if (--depth < 0) throw notJson()
      }
      at++
    }
    if (depth !== 0 || inner === 0) throw notJson()
    return { lists: this.lists, cuts: this.cuts }
  }

  private isKey(key: Buffer, start: number, end: number): boolean {
    return end - start === key.length && key.compare(this.bytes, start, end) === 0
  }

  /** Notes the elements of a list that begins at `from`; answers where its closing bracket stands. */
  private elements(from: number): number {
    const { bytes, limits } = this
    const spans: number[] = []
    let depth = 0
    let start = from
    let at = from
    let isBlank = true
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number
      if (byte === QUOTE) {
        at = this.endOfString(at) - 1
        isBlank = false
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (++depth > MAX_NESTING) throw tooDeep()
        isBlank = false
      } else if (depth > 0) {
        if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--
      } else if (byte === COMMA || byte === CLOSE_ARRAY) {
        const isEmpty = byte === CLOSE_ARRAY && isBlank && spans.length === 0
        if (!isEmpty) spans.push(start, at)
        if (!isEmpty && ++this.count > limits.maxRecords) throw tooManyRecords(limits)
        if (byte === CLOSE_ARRAY) break
        start = at + 1
        isBlank = true
      } else if (byte === CLOSE_OBJECT) throw notJson()
      else if (byte > 0x20) isBlank = false
    }
    if (at >= bytes.length) throw notJson()
    if (this.lists.length > 2 * limits.maxRecords) throw tooManyRecords(limits)
    this.lists.push(spans)
    this.cuts.push([from, at])
    return at
  }

  /** The position after a string that begins at `at`. */
  private endOfString(at: number): number {
    const { bytes } = this
    for (let i = at + 1; i < bytes.length; i++) {
      const byte = bytes[i] as number
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) return i + 1
    }
    throw notJson()
  }
}

function notJson() {
  return undecodable('The body is not JSON, or ends too early.')
}

function tooDeep() {
  return undecodable('The body is nested too deep.')
}

function frameTooLarge() {
  return undecodable(`What stands around the records is larger than ${MAX_FRAME_BYTES} bytes.`)
}
