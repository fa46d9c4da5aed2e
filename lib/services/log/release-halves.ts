/** Owns what becomes of halves of predictions whose other half does not come: they are records of their own, so that what was asked is judged all the same. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { readPair } from '@/lib/ingest/formats/pairs'
import type { BodyReader } from '@/lib/ingest/read-records'
import { appendRecords } from '@/lib/services/log/append-records'
import { type FoundPair, pairBookOf, type WaitingHalf } from '@/lib/services/log/pair-book'

const HALVES_A_TURN = 500

/**
 * Makes records of the halves that waited for long enough. Doing so twice, as after a kill, makes no second record:
 * the log has their ids.
 * @returns how many halves wait no longer
 * @throws AppError `unavailable` when nothing can be stored now; then they wait on
 */
export async function releaseHalves(ctx: Context): Promise<number> {
  requireScope(ctx.principal, 'admin')
  const book = pairBookOf(ctx.metadata)
  await book.load(ctx)
  let released = 0
  for (;;) {
    const due = book.takeDue(ctx.nowMs, HALVES_A_TURN)
    if (due.length === 0) break
    try {
      await appendDue(ctx, due)
    } catch (error) {
      book.giveBack(due)
      throw error
    }
    released += due.length
  }
  await book.settle(ctx)
  return released
}

function appendDue(ctx: Context, due: readonly (WaitingHalf | FoundPair)[]) {
  const read: BodyReader = function* (_bytes, _limits, sink, names) {
    for (const entry of due) {
      const [first, second] = 'half' in entry ? [entry, null] : entry
      const { half, receivedMs } = first
      // Without a time of its own it was when it came, not now.
      readPair({ ...half, time: half.time ?? receivedMs }, second?.half ?? null, sink, names)
    }
    yield
  }
  const nothing = Buffer.alloc(0)
  return appendRecords(ctx, {
    model: null,
    wire: nothing,
    text: nothing,
    read,
    backfill: false,
    idempotencyKey: null,
  })
}
