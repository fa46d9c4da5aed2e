/**
 * Owns taking refused records, labels, events and samples after all, under the rules of today. What is taken is marked in the metadata after it is
 * in the log; a crash between the two, or two people at once, store nothing twice, because every record has the same id
 * each time.
 */
import type { QuarantinedRecord } from '@/db/contracts/log-store'
import type { RefusalPlace } from '@/db/contracts/rule-records'
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { readEventId } from '@/lib/domain/model-event'
import type { RefusedKind } from '@/lib/domain/record'
import { sideName } from '@/lib/domain/side-log'
import { WarningList } from '@/lib/ingest/warnings'
import { writerOf } from '@/lib/services/log/append-request'
import { admitEventNames } from '@/lib/services/log/event-names'
import { type ReadRefused, readRefused } from '@/lib/services/quarantine/read-refused'
import { censusOf } from '@/lib/services/summaries/model-census'

export interface ReplayWish {
  /** These records; or, where absent, the oldest of the newest ones of a model and reason. */
  readonly places?: readonly RefusalPlace[]
  readonly model?: string
  readonly code?: string
}

export interface ReplayAnswer {
  /** In the log now, and were not before. */
  readonly accepted: number
  /** Were in the log before, with the same content. */
  readonly duplicates: number
  /** Their id is in the log with other content; they stay refused. */
  readonly conflicts: number
  readonly labels: number
  /** Refused again, or not kept so that they could be taken. */
  readonly refused: number
  /** Taken at an earlier time. */
  readonly replayedBefore: number
  /** Why those that stay refused do, most frequent first. */
  readonly reasons: readonly { readonly message: string; readonly count: number }[]
  /** Whether there may be more of the model and reason than were looked at. */
  readonly isMore: boolean
}

/** Records of one press: some seconds of work. */
export const MAX_REPLAYED = 2_000
/** Records of one append: small enough that every conflict is named. */
const GROUP_SIZE = 20
const MAX_REASONS = 10

const CONFLICT = 'A record with this prediction_id was stored before with other content; the first one stays.'

/**
 * Takes refused records that can be read now. Pressing twice stores once.
 * @throws AppError `forbidden`, `invalid` for too many places, `unavailable` when nothing can be stored now
 */
export async function replayRefused(ctx: Context, wish: ReplayWish): Promise<ReplayAnswer> {
  requireScope(ctx.principal, 'admin')
  const writer = writerOf(ctx)
  if ((wish.places?.length ?? 0) > MAX_REPLAYED)
    throw new AppError('invalid', `At most ${MAX_REPLAYED} records at once.`, { field: 'places' })
  const found = await findRefused(ctx, wish)
  const done = new Set((await ctx.metadata.findReplayed(found)).map(nameOf))
  const waiting = found.filter((row) => !done.has(nameOf(row)))
  const tally = new Tally(found.length - waiting.length)
  const read: ReadRefused[] = []
  for (const row of waiting.sort(byPlace)) {
    const one = await readRefused(ctx, row)
    const reason = typeof one === 'string' ? one : await admit(ctx, one)
    if (reason !== null) tally.refuse(reason)
    else if (typeof one !== 'string') read.push(one)
  }
  const actor = actorName(ctx.principal)
  for (let from = 0; from < read.length; from += GROUP_SIZE) {
    const group = read.slice(from, from + GROUP_SIZE)
    const conflicts = tally.add(group, await writer.append(batchOf(ctx, group)))
    const taken = group.filter((_, index) => !conflicts.has(index)).map(({ row }) => row)
    await ctx.metadata.markReplayed(taken, actor, ctx.nowMs)
  }
  if (read.length > 0) {
    await ctx.metadata.addAudit({
      atMs: ctx.nowMs,
      actor,
      action: 'refused.replayed',
      subject: `${tally.accepted + tally.labels} of ${found.length} refused records${wish.model ? ` of ${wish.model}` : ''}`,
    })
  }
  return tally.answer(wish.places === undefined && found.length >= MAX_REPLAYED)
}

function findRefused(ctx: Context, { places, model, code }: ReplayWish): Promise<QuarantinedRecord[]> {
  if (places !== undefined) return ctx.log.findQuarantined(places)
  return ctx.log.listQuarantine({
    limit: MAX_REPLAYED,
    ...(model === undefined ? {} : { model }),
    ...(code === undefined ? {} : { code }),
  })
}

/** Limits that span requests hold here too. */
async function admit(ctx: Context, { kind, read }: ReadRefused): Promise<string | null> {
  const { model, version, record } = read
  if (record === null) return null
  const census = censusOf(ctx.metadata)
  await census.prepare(ctx, [model])
  if (kind === 'records') return census.admit(ctx, model, version, record, new WarningList())?.message ?? null
  const fault = census.admitName(ctx, model, kind === 'events' ? null : version)
  if (fault !== null || kind !== 'events') return fault?.message ?? null
  const { event } = readEventId(record.id)
  return (await admitEventNames(ctx, model, new Set([event]))).get(event)?.message ?? null
}

function batchOf(ctx: Context, group: readonly ReadRefused[]) {
  return {
    receivedMs: ctx.nowMs,
    backfill: false,
    records: group.flatMap(({ kind, read: { model, version, record } }, index) =>
      record === null
        ? []
        : [{ model: nameInLog(kind, model), version, records: [record], indexes: [index] }],
    ),
    labels: group.flatMap(({ read: { model, label } }) =>
      label === null ? [] : [{ model, labels: [label] }],
    ),
    refusals: [],
    idempotency: null,
  }
}

function nameInLog(kind: RefusedKind, model: string): string {
  return kind === 'events' || kind === 'resources' ? sideName(kind, model) : model
}

const nameOf = ({ day, seq }: RefusalPlace) => `${day} ${seq}`
const byPlace = (a: RefusalPlace, b: RefusalPlace) =>
  a.day === b.day ? a.seq - b.seq : a.day < b.day ? -1 : 1

class Tally {
  accepted = 0
  labels = 0
  private duplicates = 0
  private conflicts = 0
  private refused = 0
  private readonly reasons = new Map<string, number>()

  constructor(private readonly replayedBefore: number) {}

  refuse(reason: string): void {
    this.refused++
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1)
  }

  /** @returns positions of the records that conflict */
  add(
    group: readonly ReadRefused[],
    outcome: Awaited<ReturnType<ReturnType<typeof writerOf>['append']>>,
  ): ReadonlySet<number> {
    if (outcome.kind !== 'committed') return new Set()
    // An event or a sample that is known with another time or value is the same one, and no conflict.
    const conflicts = outcome.conflictIndexes.filter((index) => group[index]?.kind === 'records')
    this.accepted += outcome.accepted
    this.duplicates += outcome.duplicates + outcome.conflicts - conflicts.length
    this.conflicts += conflicts.length
    this.labels += outcome.labelsAccepted
    for (const _ of conflicts) this.reasons.set(CONFLICT, (this.reasons.get(CONFLICT) ?? 0) + 1)
    return new Set(conflicts)
  }

  answer(isMore: boolean): ReplayAnswer {
    const { accepted, labels, duplicates, conflicts, refused, replayedBefore } = this
    const reasons = [...this.reasons]
      .map(([message, count]) => ({ message, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, MAX_REASONS)
    return { accepted, duplicates, conflicts, labels, refused, replayedBefore, reasons, isMore }
  }
}
