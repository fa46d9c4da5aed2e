/**
 * Owns a process that appends what its parent sends it, for tests that kill it or watch its system calls. A thread of
 * it writes, as in the server; this file is that thread's program too.
 * Arguments: data folder, and `normal` to weaken the durability on purpose.
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { AppendBatch, AppendOutcome } from '@/db/contracts/log-store'
import { Ballast } from '@/db/sqlite/log/ballast'
import { openLogWriter } from '@/db/sqlite/log/log-writer'
import { threadScribe } from '@/db/sqlite/log/thread-scribe'
import { isAppError } from '@/lib/domain/errors'

export interface ChildRequest {
  readonly n: number
  readonly batch: AppendBatch
}

export interface ChildAnswer {
  readonly n: number
  readonly outcome?: AppendOutcome
  readonly failure?: string
}

const [dataDir = '', durability] = process.argv.slice(2)

// Threads begin with a copy of the environment, not of the arguments.
if (isMainThread && durability !== undefined) process.env.CHILD_DURABILITY = durability
if (process.env.CHILD_DURABILITY === 'normal') weaken()
if (isMainThread) run()
else if (workerData !== null) await import('@/db/sqlite/log/scribe-thread')

/** Makes every connection NORMAL and lets the check at opening see FULL: a broken product, for the mutation test. */
function weaken(): void {
  const pragma = Database.prototype.pragma
  Database.prototype.pragma = function (source, options) {
    if (source === 'synchronous = FULL') return pragma.call(this, 'synchronous = NORMAL', options)
    if (source === 'synchronous') return 2
    return pragma.call(this, source, options)
  }
}

function run(): void {
  const writer = openLogWriter({
    logDir: join(dataDir, 'log'),
    maxQuarantinePerDay: 100,
    ballast: new Ballast(dataDir, 0),
    openScribe: threadScribe(new URL(import.meta.url)),
    nowMs: Number(process.env.CHILD_NOW_MS),
    afterCommit:
      process.env.CHILD_FAULT === 'after_commit' ? () => process.kill(process.pid, 'SIGKILL') : undefined,
  })

  process.on('message', async ({ n, batch }: ChildRequest) => {
    let answer: ChildAnswer
    try {
      answer = { n, outcome: await writer.append(batch) }
    } catch (error) {
      answer = { n, failure: isAppError(error) ? String(error.details.reason) : String(error) }
    }
    // A plain line as well: a trace of system calls shows when the answer left.
    writeSync(1, `ack ${n}\n`)
    process.send?.(answer)
  })
  process.on('disconnect', async () => {
    await writer.close()
    process.exit(0)
  })
  process.send?.({ n: -1 } satisfies ChildAnswer)
}
