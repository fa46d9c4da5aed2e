/** Owns taking CloudEvents: records in events, feedback on them, and halves of predictions, which wait in the log until the other comes. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { WAITING_MODEL, WAITING_VERSION } from '@/lib/domain/waiting-half'
import { createEventReader, type EventAttributes } from '@/lib/ingest/formats/cloud-events'
import type { JsonObject } from '@/lib/ingest/json-value'
import { appendRecords } from '@/lib/services/log/append-records'
import { type AppendAnswer, type AppendRequest, writerOf } from '@/lib/services/log/append-request'
import { appendModelEvents } from '@/lib/services/log/append-side'
import { pairBookOf } from '@/lib/services/log/pair-book'

/** What became of the events of a request. */
export interface EventAnswer extends AppendAnswer {
  /** Halves of predictions that are stored and wait for their other half. */
  readonly waiting: number
}

/**
 * Makes the events of one request durable: records, and halves without their other half as they are.
 * @param attributes  of the event in headers, or null where the body holds whole events
 * @throws AppError as appendRecords does; then nothing of the request counts
 */
export async function appendEvents(
  ctx: Context,
  request: AppendRequest,
  attributes: EventAttributes | null,
): Promise<EventAnswer> {
  requireScope(ctx.principal, 'ingest')
  const writer = writerOf(ctx)
  const book = pairBookOf(ctx.metadata)
  await book.load(ctx)
  const session = book.begin(ctx.nowMs)
  const rewards: JsonObject[] = []
  const rewarded: AppendAnswer[] = []
  try {
    const answer = await appendRecords(ctx, {
      ...request,
      read: createEventReader({ model: request.model, attributes, meeting: session, rewards }),
      alongside: async () => {
        if (rewards.length > 0) rewarded.push(await appendRewards(ctx, rewards))
        const records = session.records(ctx)
        if (records.length === 0) return
        const indexes = records.map((_, index) => index)
        await writer.append({
          receivedMs: ctx.nowMs,
          backfill: false,
          records: [{ model: WAITING_MODEL, version: WAITING_VERSION, records, indexes }],
          labels: [],
          refusals: [],
          idempotency: null,
        })
      },
    })
    return { ...rewarded.reduce(together, answer), waiting: session.waiting }
  } catch (error) {
    session.reset()
    throw error
  }
}

/** Rewards are events of predictions like all others; sent again they are the same ones. */
function appendRewards(ctx: Context, rewards: readonly JsonObject[]): Promise<AppendAnswer> {
  const body = Buffer.from(JSON.stringify(rewards))
  return appendModelEvents(ctx, {
    model: null,
    wire: body.subarray(0, 0),
    text: body,
    backfill: false,
    idempotencyKey: null,
  })
}

function together(answer: AppendAnswer, events: AppendAnswer): AppendAnswer {
  return {
    ...answer,
    accepted: answer.accepted + events.accepted,
    duplicates: answer.duplicates + events.duplicates,
    rejected: answer.rejected + events.rejected,
    errors: answer.errors.length > 0 ? answer.errors : events.errors,
  }
}
