/** Owns making a reference profile from the first records that a version logged. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { LogPosition } from '@/db/contracts/log-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import type { ColumnMapping } from '@/lib/domain/profile'
import type { PredictionRecord } from '@/lib/domain/record'
import { buildProfile } from '@/lib/profile/build-profile'
import { referenceOfRecords } from '@/lib/profile/record-rows'
import { type PutProfileAnswer, storeProfile } from '@/lib/services/put-profile'

const MAX_RECORDS = 200_000
const RECORDS_A_READ = 5_000

export interface ProfileFromRecordsRequest {
  readonly model: string
  readonly version: string
  /** How many of the oldest records make the reference. */
  readonly count: number
  /** Only `problem` and `positiveClass` count: records say themselves what their fields are. */
  readonly mapping?: Pick<ColumnMapping, 'problem' | 'positiveClass'>
  readonly activate?: boolean
  readonly tempDir?: string
}

/**
 * Profiles the first `count` records of a version and stores the result as its next revision.
 * @throws AppError `forbidden`, `not_found`, `invalid` (`too_few_rows`)
 */
export async function profileFromRecords(
  ctx: Context,
  request: ProfileFromRecordsRequest,
): Promise<PutProfileAnswer> {
  requireScope(ctx.principal, 'admin')
  const { count } = request
  if (!Number.isInteger(count) || count < 1 || count > MAX_RECORDS) {
    throw new AppError('invalid', `Give a number of records between 1 and ${MAX_RECORDS}.`, {
      field: 'count',
    })
  }
  const until = await ctx.log.head()
  const model = await ctx.metadata.findModel(request.model)
  const version = model && (await ctx.metadata.findVersion(model.id, request.version))
  if (!version || until === null) throw new AppError('not_found', 'No records of this version came yet.')
  const reference = await referenceOfRecords(() => firstRecords(ctx, request, until))
  const parent = request.tempDir ?? path.join(tmpdir(), 'plumbline')
  await mkdir(parent, { recursive: true })
  const tempDir = await mkdtemp(path.join(parent, 'upload-'))
  try {
    const profile = await buildProfile(reference.open, {
      mapping: { ...request.mapping, ...reference.mapping },
      source: { kind: 'records', name: `first ${count} records of ${request.version}`.slice(0, 200) },
      nowMs: ctx.nowMs,
      tempDir,
    })
    return await storeProfile(ctx, profile, { ...request, confirmDifferences: true })
  } finally {
    await rm(tempDir, { recursive: true, force: true })
  }
}

async function* firstRecords(
  ctx: Context,
  { model, version, count }: ProfileFromRecordsRequest,
  until: LogPosition,
): AsyncGenerator<PredictionRecord> {
  let left = count
  let position: LogPosition | null = null
  while (left > 0) {
    const blocks = await ctx.log.readRecordsOf(model, version, position, until, RECORDS_A_READ)
    const last = blocks.at(-1)
    if (!last) return
    position = last.position
    for (const { records } of blocks) {
      for (const record of records) {
        if (left-- <= 0) return
        yield record
      }
    }
  }
}
