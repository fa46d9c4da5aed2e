/** Owns cutting the elements out of one big JSON array without parsing it whole. */
import { AppError } from '@/lib/domain/errors'
import { decode, type JsonPiece } from '@/lib/profile/json-piece'

const QUOTE = 34
const BACKSLASH = 92
const OPEN = new Set([123, 91])
const CLOSE = new Set([125, 93])

/**
 * The elements of the array, as text.
 * @param maxBytes of one element
 * @throws AppError for an array that does not end, an element over `maxBytes`, or text after the array
 */
export async function* splitJsonArray(
  bytes: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<JsonPiece> {
  let depth = 0
  let quoted = false
  let escaped = false
  let element: Buffer[] = []
  let elementBytes = 0
  let count = 0
  const place = () => `Row ${count + 1}`
  const take = (): JsonPiece | null => {
    const text = decode(Buffer.concat(element), place())
    element = []
    elementBytes = 0
    if (text.trim() === '') return null
    const piece = { text, place: place() }
    count++
    return piece
  }
  let ended = false
  for await (const chunk of bytes) {
    let start = 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0
      if (ended) {
        if (byte > 32) throw malformed('There is text after the end of the array.')
        continue
      }
      if (quoted) {
        if (escaped) escaped = false
        else if (byte === BACKSLASH) escaped = true
        else if (byte === QUOTE) quoted = false
      } else if (byte === QUOTE) quoted = true
      else if (OPEN.has(byte)) {
        depth++
        if (depth === 1) start = i + 1
      } else if (CLOSE.has(byte) || (byte === 44 && depth === 1)) {
        if (byte !== 44) depth--
        if (depth === 0 || byte === 44) {
          element.push(chunk.subarray(start, i))
          start = i + 1
          ended = depth === 0
          const piece = take()
          if (piece) yield piece
          else if (byte === 44) throw malformed(`${place()} is empty.`)
        }
      }
    }
    if (!ended && depth > 0) {
      const tail = Buffer.from(chunk.subarray(start))
      element.push(tail)
      elementBytes += tail.length
      if (elementBytes > maxBytes) {
        throw new AppError('invalid', `${place()} is larger than ${maxBytes} bytes.`, {
          reason: 'row_too_large',
        })
      }
    }
  }
  if (!ended) throw malformed(`The array is not closed; the file ends in row ${count + 1}.`)
}

function malformed(message: string): AppError {
  return new AppError('invalid', message, { reason: 'malformed_json' })
}
