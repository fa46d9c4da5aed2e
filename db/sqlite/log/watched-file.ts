/** Owns noticing that the file which is written to was moved away or replaced, or cannot be looked at. Writes nothing. */
import { statSync } from 'node:fs'
import { AppError } from '@/lib/domain/errors'

const LOST = 'A file of the log was moved or replaced; put it back and restart.'
const UNSEEN = 'The files of the log cannot be looked at.'

/** Which file a path leads to; empty where there is none. @throws whatever the system says of a disk that fails */
function identityOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat ? `${stat.dev}:${stat.ino}` : ''
}

export class WatchedFile {
  private watched: { readonly path: string; readonly identity: string } | null = null
  /** Once a file was lost, readers may still hold it: only a new start sees one and the same log everywhere. */
  private isStray = false

  /** @throws AppError `unavailable` (`storage_error`) where the system cannot say which file it is */
  watch(path: string): void {
    try {
      this.watched = { path, identity: identityOf(path) }
    } catch {
      throw refused(UNSEEN)
    }
  }

  /** Nothing is written to now; a file that was lost stays lost. */
  release(): void {
    this.watched = null
  }

  /** Why nothing may be written, as a sentence, or null. */
  problem(): string | null {
    try {
      this.isStray ||= this.watched !== null && identityOf(this.watched.path) !== this.watched.identity
    } catch {
      // The disk may answer again: that is no reason for a new start.
      return UNSEEN
    }
    return this.isStray ? LOST : null
  }

  /** @throws AppError `unavailable` (`storage_error`) while there is a problem */
  requireInPlace(): void {
    const problem = this.problem()
    if (problem !== null) throw refused(problem)
  }
}

function refused(problem: string): AppError {
  return new AppError('unavailable', `${problem} Nothing of this request was stored.`, {
    reason: 'storage_error',
    retryAfterSeconds: 30,
  })
}
