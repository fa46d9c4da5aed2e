/** Owns making a reference profile from the first records that a version logged. */
import type { LogPosition } from '@/db/contracts/log-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import type { ColumnMapping } from '@/lib/domain/profile'
import type { LabelledRecord } from '@/lib/profile/record-rows'
import { buildReference } from '@/lib/services/profiles/build-reference'
import { type PutProfileAnswer, profileSpooled, storeProfile } from '@/lib/services/profiles/put-profile'

const MAX_RECORDS = 200_000
/** Read at once: between two reads the server answers others. */
const RECORDS_A_READ = 1_000

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
 * @throws AppError `forbidden`, `not_found`, `invalid` (`too_few_rows`), and as `profileSpooled`
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
  const body = firstRecords(ctx, model.id, request, until)
  const profile = await profileSpooled(ctx, { ...request, body }, (file, folder) =>
    buildReference({
      file,
      mapping: request.mapping ?? {},
      source: { kind: 'records', name: `first ${count} records of ${request.version}`.slice(0, 200) },
      nowMs: ctx.nowMs,
      tempDir: folder,
    }),
  )
  return storeProfile(ctx, profile, { ...request, confirmDifferences: true })
}

/** The records with the labels that came for them, as JSON lines. */
async function* firstRecords(
  ctx: Context,
  modelId: number,
  { model, version, count }: ProfileFromRecordsRequest,
  until: LogPosition,
): AsyncGenerator<Uint8Array> {
  let left = count
  let position: LogPosition | null = null
  while (left > 0) {
    const blocks = await ctx.log.readRecordsOf(model, version, position, until, RECORDS_A_READ)
    const last = blocks.at(-1)
    if (!last) return
    position = last.position
    const records = blocks.flatMap((block) => block.records).slice(0, left)
    left -= records.length
    const ids = records.map(({ id }) => id)
    const labels = await ctx.series.findJoined(modelId, ids)
    const lines = records.map((record): string => {
      const actual = labels.get(record.id)?.actual
      const labelled: LabelledRecord =
        actual === undefined ? record : { ...record, label: JSON.parse(actual) }
      return `${JSON.stringify(labelled)}\n`
    })
    yield Buffer.from(lines.join(''))
  }
}
