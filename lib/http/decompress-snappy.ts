/**
 * Owns undoing Snappy, as one block (Vector, Fluent Bit, Loki's clients) or in frames (older OpenTelemetry Collectors).
 * Sizes are checked before anything is made: https://github.com/google/snappy (format_description, framing_format).
 */
import { setImmediate } from 'node:timers/promises'
import { tooLarge } from '@/lib/http/body-too-large'
import { crc32c } from '@/lib/http/crc32c'
import { DamagedStream } from '@/lib/http/damaged-stream'

const FRAMED = Buffer.from('ff060000734e61507059', 'hex')
const MAX_CHUNK_BYTES = 65_536
/** Copies to do before others may run. */
const BYTES_A_TURN = 1024 * 1024

/**
 * Gives every decompressed part to `take`.
 * @throws AppError `too_large` for a block that announces more than `maxBytes`; DamagedStream
 */
export async function snappyParts(
  bytes: Buffer,
  maxBytes: number,
  take: (part: Uint8Array) => void,
): Promise<void> {
  if (bytes.length < FRAMED.length || !bytes.subarray(0, FRAMED.length).equals(FRAMED)) {
    take(snappyBlock(bytes, maxBytes))
    return
  }
  let at = 0
  let sinceTurn = 0
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw cutOff()
    const type = bytes[at] as number
    const end = at + 4 + bytes.readUIntLE(at + 1, 3)
    if (end > bytes.length) throw cutOff()
    const part = chunk(type, bytes.subarray(at + 4, end))
    if (part !== null) take(part)
    at = end
    sinceTurn += part?.length ?? 0
    if (sinceTurn > BYTES_A_TURN) {
      sinceTurn = 0
      await setImmediate()
    }
  }
}

/** What a chunk of the framing format holds; null for one that holds nothing. */
function chunk(type: number, body: Buffer): Uint8Array | null {
  if (type === 0xff) {
    if (!body.equals(FRAMED.subarray(4))) throw damaged()
    return null
  }
  if (type >= 0x80) return null
  if (type > 1 || body.length < 4) throw damaged()
  const content = body.subarray(4)
  const part = type === 1 ? content : snappyBlock(content, MAX_CHUNK_BYTES)
  if (part.length > MAX_CHUNK_BYTES || maskedChecksum(part) !== body.readUInt32LE(0)) throw damaged()
  return part
}

/** The framing format rotates the checksum, so that checksums of checksums stay good. */
function maskedChecksum(bytes: Uint8Array): number {
  const sum = crc32c(bytes)
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0
}

/**
 * One block of Snappy's raw format.
 * @throws AppError `too_large` when it announces more than `maxBytes`, before anything is made; DamagedStream
 */
export function snappyBlock(bytes: Buffer, maxBytes: number): Buffer {
  let at = 0
  let size = 0
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++]
    if (byte === undefined) throw cutOff()
    if (at > 5) throw damaged()
    size += (byte & 0x7f) * scale
    if (byte < 0x80) break
  }
  if (size > maxBytes) throw tooLarge('decompressed', maxBytes)
  // No element makes more than 64 bytes of two: a short block that announces much is a lie that costs memory.
  if (size > bytes.length * 32) throw damaged()
  const out = Buffer.allocUnsafe(size)
  let to = 0
  while (at < bytes.length) {
    const tag = bytes[at++] as number
    const kind = tag & 3
    if (kind === 0) {
      let length = (tag >>> 2) + 1
      if (length > 60) {
        const width = length - 60
        if (at + width > bytes.length) throw cutOff()
        length = bytes.readUIntLE(at, width) + 1
        at += width
      }
      if (at + length > bytes.length) throw cutOff()
      if (to + length > size) throw damaged()
      bytes.copy(out, to, at, at + length)
      at += length
      to += length
      continue
    }
    const width = kind === 3 ? 4 : kind
    if (at + width > bytes.length) throw cutOff()
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
    const offset = kind === 1 ? ((tag >>> 5) << 8) | (bytes[at] as number) : bytes.readUIntLE(at, width)
    at += width
    if (offset === 0 || offset > to || to + length > size) throw damaged()
    // A copy may reach into what it writes: then it repeats, so it is done byte by byte.
    if (offset >= length) out.copyWithin(to, to - offset, to - offset + length)
    else for (let i = 0; i < length; i++) out[to + i] = out[to + i - offset] as number
    to += length
  }
  if (to !== size) throw cutOff()
  return out
}

function cutOff(): DamagedStream {
  return new DamagedStream('The stream is cut off.')
}

function damaged(): DamagedStream {
  return new DamagedStream('The stream is damaged.')
}
