/** Owns reading JSON Lines, and a JSON array of rows, as a stream; every complaint has its line number. */
import { AppError } from '@/lib/domain/errors'
import { decode, type JsonPiece } from '@/lib/profile/json-piece'
import { createJsonRows } from '@/lib/profile/json-rows'
import { readBytes } from '@/lib/profile/open-text'
import {
  type Cell,
  emptyReference,
  inBatches,
  type ReferenceLimits,
  type RowSource,
  slicesOf,
} from '@/lib/profile/rows'
import { splitJsonArray } from '@/lib/profile/split-json-array'

/** Opens a file of one JSON object a line, or (`array`) of one array of objects. */
export async function readJsonLines(
  path: string,
  gzip: boolean,
  array: boolean,
  limits: ReferenceLimits,
): Promise<RowSource> {
  const json = createJsonRows(limits)
  const bytes = () => readBytes(path, gzip, limits.maxBytes)
  const pieces = array ? () => splitJsonArray(bytes(), limits.maxRowBytes) : () => splitLines(bytes(), limits)
  async function* rows(): AsyncGenerator<Cell[]> {
    let found = false
    for await (const { text, place } of pieces()) {
      found = true
      yield json.rowOf(parseJson(text, place), place)
    }
    if (!found) throw emptyReference(false)
  }
  return {
    format: array ? 'json' : 'json-lines',
    columns: json.columns,
    declared: new Map(),
    untyped: false,
    notes: [],
    rows: () => inBatches(rows(), limits.maxRows),
    slices: () => slicesOf(inBatches(rows(), limits.maxRows), json.columns),
  }
}

async function* splitLines(bytes: AsyncIterable<Buffer>, limits: ReferenceLimits): AsyncGenerator<JsonPiece> {
  let rest: Buffer[] = []
  let restBytes = 0
  let line = 0
  const piece = (buffer: Buffer): JsonPiece => ({
    text: decode(buffer, `Line ${line}`),
    place: `Line ${line}`,
  })
  for await (const chunk of bytes) {
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      line++
      const part = chunk.subarray(start, end)
      const whole = rest.length === 0 ? part : Buffer.concat([...rest, part])
      rest = []
      restBytes = 0
      start = end + 1
      const found = piece(whole)
      if (found.text.trim() !== '') yield found
    }
    const tail = chunk.subarray(start)
    restBytes += tail.length
    if (restBytes > limits.maxRowBytes) {
      throw new AppError('invalid', `Line ${line + 1} is larger than ${limits.maxRowBytes} bytes.`, {
        reason: 'row_too_large',
        line: line + 1,
      })
    }
    // Copied, so that a short rest does not keep a whole chunk alive.
    if (tail.length > 0) rest.push(Buffer.from(tail))
  }
  line++
  const last = piece(Buffer.concat(rest))
  if (last.text.trim() !== '') yield last
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const hint = /\b(NaN|-?Infinity)\b/.test(text) ? ' NaN and Infinity are not JSON; write null.' : ''
    throw new AppError('invalid', `${place} is not valid JSON.${hint}`, { reason: 'malformed_json' })
  }
}
