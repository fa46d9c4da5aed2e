/** Owns how a whole unit of work runs on a connection: one transaction, retried without blocking while another process writes. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '@/db/sqlite/connection'
import { isBrokenStorage, isBusy, toStorageError } from '@/db/sqlite/storage-errors'

/** Waits between tries, in milliseconds: the busy timeout of the connection comes on top. */
const RETRY_WAITS_MS = [5, 10, 20, 50, 100, 200, 400, 800, 1_600, 3_200]

export interface Units {
  /** One consistent read. */
  read<T>(work: () => T): Promise<T>
  /** One IMMEDIATE transaction: all of it or nothing. */
  write<T>(work: () => T): Promise<T>
}

async function retryWhileBusy<T>(attempt: () => T): Promise<T> {
  for (const waitMs of RETRY_WAITS_MS) {
    try {
      return attempt()
    } catch (error) {
      if (isBrokenStorage(error)) throw toStorageError(error)
      if (!isBusy(error)) throw error
      await sleep(waitMs)
    }
  }
  try {
    return attempt()
  } catch (error) {
    throw isBusy(error) || isBrokenStorage(error) ? toStorageError(error) : error
  }
}

/** Units of work on one connection. Work is synchronous: a transaction never crosses an `await`. */
export function createUnits(db: Connection): Units {
  const transaction = db.transaction((work: () => unknown) => work())
  return {
    read: <T>(work: () => T) => retryWhileBusy(() => transaction.deferred(work) as T),
    write: <T>(work: () => T) => retryWhileBusy(() => transaction.immediate(work) as T),
  }
}
