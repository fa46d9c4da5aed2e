/**
 * Owns reading the kept log of a version again, step by step up to a border, beside live summarising. What is made of the
 * records, and what begins when all are read, is for whoever asks.
 */
import type { LogPosition, RecordBlock } from '@/db/contracts/log-store'
import type { SeriesCommit, StageName } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Model, Version } from '@/lib/domain/model'
import { takeForOneStep } from '@/lib/services/summaries/fold-blocks'
import { LOG_ORIGIN } from '@/lib/services/summaries/rebuild-state'

const RECORDS_A_STEP = 20_000

export interface Reread {
  readonly model: Model
  readonly version: Version
  /** Where it stands is kept under this name, and moves with what is committed. */
  readonly stage: StageName
  /** Records up to here; null: there are none. */
  readonly until: LogPosition | null
  /** What these records give. */
  fold(blocks: readonly RecordBlock[]): Promise<Pick<SeriesCommit, 'deltas' | 'joined'>>
  /** All are read. It may die on the way and is repeated then, so the state that says so is written last. */
  finish(): Promise<void>
}

/** @returns records read; 0 when it is finished */
export async function rereadStep(ctx: Context, reread: Reread): Promise<number> {
  const { model, version, stage, until } = reread
  const from = await ctx.series.position(stage)
  const read =
    until === null
      ? []
      : await ctx.log.readRecordsOf(model.name, version.name, from ?? LOG_ORIGIN, until, RECORDS_A_STEP)
  const blocks = takeForOneStep(ctx, read)
  const to = blocks.at(-1)?.position
  if (to === undefined) {
    await reread.finish()
    return 0
  }
  const arrivedMs = Math.max(...blocks.map(({ receivedMs }) => receivedMs))
  await ctx.series.commit({ stage, from, to, arrivedMs, dueWindows: [], ...(await reread.fold(blocks)) })
  return blocks.reduce((sum, { count }) => sum + count, 0)
}
