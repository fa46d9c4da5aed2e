/** Owns the error for a body over a limit. */
import { AppError } from '@/lib/domain/errors'

/** @param kind  which size is over the limit: on the wire, or after decompression */
export function tooLarge(kind: 'sent' | 'decompressed', limit: number): AppError {
  return new AppError(
    'too_large',
    `The body is larger than ${limit} bytes as ${kind}. Send smaller batches.`,
    {
      reason: 'body_too_large',
      limit,
    },
  )
}
