/** Owns the translation of SQLite failures into AppErrors that say whether trying again makes sense. */
import { AppError, isAppError } from '@/lib/domain/errors'

function sqliteCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Another connection holds the lock; nothing was done. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error).startsWith('SQLITE_BUSY')
}

/** The disk (or a quota) is full. */
export function isStorageFull(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT'
}

/** Primary codes of SQLite for a disk or a file that fails; all others are about the statement or its values. */
const BROKEN_STORAGE = /^SQLITE_(IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|PERM|FULL|PROTOCOL)/

/** SQLite says that the disk or the file failed: our own mistakes are not among these. */
export function isBrokenStorage(error: unknown): boolean {
  return BROKEN_STORAGE.test(sqliteCode(error)) || isStorageFull(error)
}

/** The disk or the file failed, not what was to be written. */
export function isStorageFailure(error: unknown): boolean {
  if (isAppError(error)) return true
  const code = sqliteCode(error)
  return code !== '' && !code.startsWith('SQLITE_CONSTRAINT')
}

export function isUniqueViolation(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}

/** The AppError for a failed write; an AppError stays what it is. */
export function toStorageError(error: unknown): AppError {
  if (isAppError(error)) return error
  if (isStorageFull(error)) {
    return new AppError('unavailable', 'The disk is full. Nothing of this request was stored.', {
      reason: 'storage_full',
      retryAfterSeconds: 30,
    })
  }
  const reason = isBusy(error) ? 'storage_busy' : 'storage_error'
  const failure = new AppError('unavailable', 'The storage failed. Nothing of this request was stored.', {
    reason,
    retryAfterSeconds: isBusy(error) ? 1 : 5,
    storageCode: sqliteCode(error),
  })
  failure.cause = error
  return failure
}
