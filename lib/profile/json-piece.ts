/** Owns the piece of JSON text that splitters hand on, and reading bytes as text. */
import { AppError } from '@/lib/domain/errors'

/** One JSON value as text, and where it stands. */
export interface JsonPiece {
  readonly text: string
  readonly place: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws AppError for bytes that are not UTF-8 */
export function decode(buffer: Uint8Array, place: string): string {
  try {
    return utf8.decode(buffer)
  } catch {
    throw new AppError('invalid', `${place} is not valid UTF-8.`, { reason: 'invalid_utf8' })
  }
}
