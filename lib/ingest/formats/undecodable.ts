/** Owns the errors for a body of a wire format that cannot be read as a whole. */
import { AppError } from '@/lib/domain/errors'
import type { ReadLimits } from '@/lib/ingest/read-records'

/** The bytes are not what the format says they are. Nothing of the body counts. */
export function undecodable(message: string): AppError {
  return new AppError('invalid', message, { reason: 'undecodable' })
}

/** There is more in the request than one may hold. */
export function tooManyRecords({ maxRecords }: Pick<ReadLimits, 'maxRecords'>): AppError {
  return new AppError('too_large', `A request may hold at most ${maxRecords} records.`, {
    reason: 'too_many_records',
    limit: maxRecords,
  })
}
