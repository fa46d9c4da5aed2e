/** Owns reading a whole body within limits: wire size, encoding, size after decompression, valid UTF-8. */
import { isUtf8 } from 'node:buffer'
import { AppError } from '@/lib/domain/errors'
import type { Limits } from '@/lib/domain/limits'
import { type BudgetClaim, budgetOf } from '@/lib/http/body-budget'
import { tooLarge } from '@/lib/http/body-too-large'
import { decompress, readEncoding } from '@/lib/http/decompress'
import type { Exchange, HttpApp } from '@/lib/http/exchange'
import { turnFor } from '@/lib/http/take-turns'

export interface ReadBytes {
  /** As sent. */
  readonly wire: Buffer
  /** Decompressed. */
  readonly bytes: Buffer
}

export interface ReadBody {
  /** As sent. */
  readonly wire: Buffer
  /** Decompressed, valid UTF-8, without byte order mark. */
  readonly text: Buffer
}

/** Given with a body. */
export interface BodyRoom {
  /** Told of bytes that are made from the body's; what it throws ends the work. */
  claim(bytes: number): void
}

type BodySizes = Pick<Limits, 'maxBodyBytes' | 'maxDecodedBytes'>

/**
 * Reads a body of text and hands it to `use`; its bytes count against the budget of the instance until `use` is done.
 * @throws AppError `too_large` (`body_too_large`), `unsupported` (`unsupported_encoding`), `unavailable` (`overloaded`),
 *   `invalid` (`bad_compression`, `invalid_utf8`, `incomplete_body`)
 */
export function withBody<T>(
  app: HttpApp,
  exchange: Exchange,
  use: (body: ReadBody & BodyRoom) => Promise<T>,
  sizes: BodySizes = app.limits,
): Promise<T> {
  // Named one by one: this runs for every request, and copying the rest of an object costs as much as parsing a record.
  return withBytes(
    app,
    exchange,
    ({ wire, bytes, claim }) => use({ wire, text: asText(bytes), claim }),
    sizes,
  )
}

/**
 * The same for a body of any bytes: formats that are no text.
 * @throws AppError as `withBody` does, save for `invalid_utf8`
 */
export async function withBytes<T>(
  app: HttpApp,
  exchange: Exchange,
  use: (body: ReadBytes & BodyRoom) => Promise<T>,
  sizes: BodySizes = app.limits,
): Promise<T> {
  const encoding = readEncoding(exchange.header('content-encoding'))
  const announced = Number(exchange.header('content-length') ?? Number.NaN)
  if (announced > sizes.maxBodyBytes) throw tooLarge('sent', sizes.maxBodyBytes)
  const claim = budgetOf(app, app.limits.maxInFlightBytes).open()
  try {
    const wire = await readWire(exchange, sizes.maxBodyBytes, claim)
    if (Number.isFinite(announced) && wire.length !== announced) throw incomplete()
    claim.arrived()
    const turn = turnFor(wire.length)
    if (turn !== null) await turn
    const more = (bytes: number) => claim.add(bytes)
    const bytes =
      encoding === 'identity' ? wire : await decompress(wire, encoding, sizes.maxDecodedBytes, more)
    return await use({ wire, bytes, claim: more })
  } finally {
    claim.release()
  }
}

async function readWire(exchange: Exchange, maxBytes: number, claim: BudgetClaim): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  const take = (chunk: Uint8Array) => {
    size += chunk.length
    if (size > maxBytes) throw tooLarge('sent', maxBytes)
    claim.add(chunk.length)
    chunks.push(chunk)
  }
  try {
    if (exchange.body.collect) await exchange.body.collect(take)
    else for await (const chunk of exchange.body) take(chunk)
  } catch (error) {
    throw error instanceof AppError ? error : incomplete()
  }
  const [only] = chunks
  if (only !== undefined && chunks.length === 1)
    return Buffer.from(only.buffer, only.byteOffset, only.byteLength)
  return Buffer.concat(chunks, size)
}

/** The same bytes without a byte order mark.
 * @throws AppError `invalid` (`invalid_utf8`) */
export function asText(bytes: Buffer): Buffer {
  const text = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
  if (isUtf8(text)) return text
  const isUtf16 = (text[0] === 0xff && text[1] === 0xfe) || (text[0] === 0xfe && text[1] === 0xff)
  const hint = isUtf16 ? ' It looks like UTF-16.' : ''
  if (text[0] === 0x1f && text[1] === 0x8b) {
    throw new AppError('invalid', 'The body looks gzipped: send the header Content-Encoding: gzip.', {
      reason: 'malformed_json',
    })
  }
  throw new AppError('invalid', `The body is not valid UTF-8.${hint}`, { reason: 'invalid_utf8' })
}

function incomplete(): AppError {
  return new AppError('invalid', 'The body ended before all of it had arrived.', {
    reason: 'incomplete_body',
  })
}
