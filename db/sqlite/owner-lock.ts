/** Owns the rule that one server writes to a data folder: a lock of the operating system that dies with its process. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { makePrivateDirectory, makePrivateFile } from '@/db/sqlite/connection'
import { isBusy } from '@/db/sqlite/storage-errors'
import { AppError } from '@/lib/domain/errors'

export interface OwnerLock {
  release(): void
}

interface Owner {
  readonly pid: number
  readonly host: string
}

function readOwner(path: string): Owner | null {
  try {
    const owner: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('host' in owner)) return null
    return { pid: Number(owner.pid), host: String(owner.host) }
  } catch {
    // Only the name of the holder is lost: the lock itself does not depend on this file.
    return null
  }
}

/**
 * Takes the data folder for this process until `release` or the end of the process, however it ends.
 * @throws AppError `conflict` (reason `data_folder_in_use`, with `pid` and `host`) while another process holds it
 */
export function takeOwnerLock(dataDir: string): OwnerLock {
  makePrivateDirectory(dataDir)
  const namePath = join(dataDir, 'owner.json')
  const lockPath = join(dataDir, 'owner.db')
  makePrivateFile(lockPath)
  const lock = new Database(lockPath, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    const owner = readOwner(namePath)
    const holder = owner ? `process ${owner.pid} on ${owner.host}` : 'another process'
    throw new AppError('conflict', `The data folder ${dataDir} is in use by ${holder}.`, {
      reason: 'data_folder_in_use',
      pid: owner?.pid,
      host: owner?.host,
    })
  }
  const draft = `${namePath}.${process.pid}`
  writeFileSync(draft, JSON.stringify({ pid: process.pid, host: hostname() }), { mode: 0o600 })
  renameSync(draft, namePath)
  return {
    release: () => {
      if (!lock.open) return
      lock.exec('ROLLBACK')
      lock.close()
    },
  }
}
