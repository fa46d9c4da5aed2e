/** Owns the question: what arrives, from whom, and what was refused and why? */
import { NO_PROFILE, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { isLive } from '@/lib/access/key-life'
import { hasScope, requireScope } from '@/lib/access/principal'
import type { RefusedKind } from '@/lib/domain/record'
import { DAY_MS } from '@/lib/domain/time'
import { whyNever } from '@/lib/ingest/why-never'
import { type KeyItem, listKeyItems } from '@/lib/queries/keys'
import { placeName } from '@/lib/queries/list-refused'
import { listValidation, type ValidationItem } from '@/lib/queries/validation-counts'
import { decodeSummary } from '@/lib/summary/codec'

export interface SourceItem {
  readonly model: string
  readonly version: string
  readonly lastRecordMs: number | null
  /** Records whose event time lies in the last 24 hours. */
  readonly lastDay: number
}

export interface RefusalCount {
  readonly model: string | null
  readonly code: string
  readonly count: number
  readonly lastMs: number
}

export interface RefusedItem {
  readonly key: string
  readonly receivedMs: number
  readonly kind: RefusedKind | null
  readonly model: string | null
  readonly code: string
  readonly field: string | null
  readonly message: string
  readonly raw: string
  /** Whether it was taken later; and why it never can be, or null. */
  readonly taken: boolean
  readonly cannotBeTaken: string | null
}

export interface IngestOverview {
  readonly sources: readonly SourceItem[]
  /** Keys that may send; empty for viewers. */
  readonly keys: readonly KeyItem[]
  readonly refusals: readonly RefusalCount[]
  readonly refused: readonly RefusedItem[]
  /** Models that exist: refused records may name others. */
  readonly models: readonly string[]
  readonly validation: readonly ValidationItem[]
  readonly storedBytes: number
  readonly storedRecords: number
  readonly days: number
}

export async function getIngestOverview(ctx: Context): Promise<IngestOverview> {
  requireScope(ctx.principal, 'read')
  const [partitions, refusals, refused, sources] = await Promise.all([
    ctx.log.listPartitions(),
    ctx.log.countQuarantine(ctx.nowMs - 7 * DAY_MS),
    ctx.log.listQuarantine({ limit: 20 }),
    listSources(ctx),
  ])
  const taken = new Set((await ctx.metadata.findReplayed(refused)).map(placeName))
  const keys = hasScope(ctx.principal, 'admin') ? await listKeyItems(ctx) : []
  return {
    sources,
    keys: keys.filter((key) => isLive(key, ctx.nowMs)),
    refusals,
    refused: refused.map((item) => ({
      key: `${item.day}-${item.seq}`,
      receivedMs: item.receivedMs,
      kind: item.origin?.kind ?? null,
      model: item.model,
      code: item.code,
      field: item.field,
      message: item.message,
      raw: item.raw.slice(0, 300),
      taken: taken.has(placeName(item)),
      cannotBeTaken: whyNever(item.origin),
    })),
    models: (await ctx.metadata.listModels()).map(({ name }) => name),
    validation: await listValidation(ctx),
    storedBytes: partitions.reduce((sum, partition) => sum + partition.sizeBytes, 0),
    storedRecords: partitions.reduce((sum, partition) => sum + partition.records, 0),
    days: partitions.length,
  }
}

async function listSources(ctx: Context): Promise<SourceItem[]> {
  const sources: SourceItem[] = []
  for (const model of await ctx.metadata.listModels()) {
    for (const version of await ctx.metadata.listVersions(model.id)) {
      if (version.lastRecordMs === null) continue
      sources.push({
        model: model.name,
        version: version.name,
        lastRecordMs: version.lastRecordMs,
        lastDay: version.lastRecordMs < ctx.nowMs - DAY_MS ? 0 : await countDay(ctx, version.id),
      })
    }
  }
  return sources.sort((a, b) => (b.lastRecordMs ?? 0) - (a.lastRecordMs ?? 0))
}

async function countDay(ctx: Context, versionId: number): Promise<number> {
  const stored = await ctx.series.read({
    versionId,
    profileId: NO_PROFILE,
    level: 'hour',
    range: { startMs: ctx.nowMs - DAY_MS, endMs: ctx.nowMs + DAY_MS },
    columnIds: [TRAFFIC_SERIES],
  })
  return stored.reduce((sum, { bytes }) => {
    const summary = decodeSummary(bytes)
    return summary.kind === 'traffic' ? sum + summary.records : sum
  }, 0)
}
