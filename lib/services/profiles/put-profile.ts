/** Owns storing a reference profile made from an uploaded file, or one that was made elsewhere. */
import { open, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { EntityNameSchema, RESERVED_MODEL_NAMES } from '@/lib/domain/model'
import type { ColumnMapping, Profile, StoredProfile } from '@/lib/domain/profile'
import { parseProfile } from '@/lib/profile/profile-schema'
import { activateProfile } from '@/lib/services/profiles/activate-profile'
import { buildReference } from '@/lib/services/profiles/build-reference'
import { compareWithLive, type SchemaDifference } from '@/lib/services/profiles/compare-schema'
import { withSpooled } from '@/lib/services/profiles/spool-upload'

export const MAX_UPLOAD_BYTES = 4 * 1024 ** 3
/** A finished profile is parsed whole. */
const MAX_PROFILE_BYTES = 64 * 1024 * 1024
const MAX_BUILDS_AT_ONCE = 2

export interface PutProfileRequest {
  readonly model: string
  readonly version: string
  /** CSV, JSON Lines or Parquet rows, plain or gzip; or the JSON that `npm run profile` prints. */
  readonly body: AsyncIterable<Uint8Array>
  readonly filename?: string
  readonly mapping?: ColumnMapping
  /** Make it the active profile at once. */
  readonly activate?: boolean
  /** Activate although its columns are not those of the records that already came. */
  readonly confirmDifferences?: boolean
  /** Folder for temporary files, on the disk of the data folder. */
  readonly tempDir?: string
}

export interface PutProfileAnswer {
  /** Without chunks and rows. */
  readonly stored: StoredProfile
  /** What is new or gone against the records so far; null when there are none. */
  readonly difference: SchemaDifference | null
}

let building = 0

/**
 * Profiles the upload and stores it as the next revision of the version; a draft unless `activate`. Model and version
 * are registered only once there is a profile, so a file that is refused leaves nothing behind.
 * @throws AppError `forbidden`; `invalid`, `unsupported`, `too_large` with a sentence about the file;
 *   `unavailable` when the disk is full or two other files are being profiled; `conflict` as `activateProfile`
 */
export async function putProfile(ctx: Context, request: PutProfileRequest): Promise<PutProfileAnswer> {
  requireScope(ctx.principal, 'admin')
  checkNames(request.model, request.version)
  const profile = await profileSpooled(ctx, request, (file, folder, size) =>
    readUpload(ctx, request, file, folder, size),
  )
  return storeProfile(ctx, profile, request)
}

/**
 * Spools a body and has a profile made of it, two at a time; shared with profiles from logged records.
 * @throws AppError `too_large`; `unavailable` when the disk is full or two others are being made
 */
export async function profileSpooled(
  ctx: Context,
  { body, tempDir }: Pick<PutProfileRequest, 'body' | 'tempDir'>,
  make: (file: string, folder: string, sizeBytes: number) => Promise<Profile>,
): Promise<Profile> {
  if (building >= MAX_BUILDS_AT_ONCE) {
    throw new AppError('unavailable', 'Other references are being profiled. Try again soon.', {
      reason: 'busy',
      retryAfterSeconds: 10,
    })
  }
  building++
  try {
    const folder = tempDir ?? path.join(tmpdir(), 'plumbline')
    return await withSpooled(folder, body, { maxBytes: MAX_UPLOAD_BYTES, nowMs: ctx.nowMs }, make)
  } finally {
    building--
  }
}

/** Stores a profile that is already made; shared with profiles from logged records. */
export async function storeProfile(
  ctx: Context,
  profile: Profile,
  target: Pick<PutProfileRequest, 'model' | 'version' | 'activate' | 'confirmDifferences'>,
): Promise<PutProfileAnswer> {
  await checkRoom(ctx, target.model, target.version)
  const { version } = await ctx.metadata.registerVersion(target.model, target.version, ctx.nowMs)
  const draft = await ctx.metadata.addProfile(version.id, profile, ctx.nowMs)
  const subject = `profile ${draft.revision} of ${target.model} ${target.version}`
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'profile.added',
    subject,
  })
  const difference = await compareWithLive(ctx, version.id, profile)
  const stored = target.activate
    ? await activateProfile(ctx, {
        profileId: draft.id,
        confirmDifferences: target.confirmDifferences ?? false,
      })
    : draft
  return { stored: { ...stored, profile: { ...stored.profile, chunks: [], sample: undefined } }, difference }
}

/** @throws AppError `invalid` for names that cannot be used */
export function checkNames(model: string, version: string): void {
  const isUsable = EntityNameSchema.safeParse(model).success && !RESERVED_MODEL_NAMES.has(model)
  if (!isUsable) throw new AppError('invalid', 'That is no name for a model.', { field: 'model' })
  if (!EntityNameSchema.safeParse(version).success) {
    throw new AppError('invalid', 'That is no name for a version.', { field: 'version' })
  }
}

async function readUpload(
  ctx: Context,
  request: PutProfileRequest,
  file: string,
  folder: string,
  sizeBytes: number,
): Promise<Profile> {
  if (sizeBytes <= MAX_PROFILE_BYTES && (await looksLikeProfile(file))) {
    return parseProfile(JSON.parse(await readFile(file, 'utf8')))
  }
  return buildReference({
    file,
    mapping: request.mapping ?? {},
    source: { kind: 'file', name: (request.filename ?? 'upload').slice(0, 200) },
    nowMs: ctx.nowMs,
    tempDir: folder,
  })
}

/** Our own output begins with the version of its shape. */
async function looksLikeProfile(file: string): Promise<boolean> {
  const handle = await open(file, 'r')
  try {
    const head = Buffer.alloc(200)
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    return /^\s*\{\s*"schemaVersion"\s*:/.test(head.subarray(0, bytesRead).toString('utf8'))
  } finally {
    await handle.close()
  }
}

async function checkRoom(ctx: Context, modelName: string, versionName: string): Promise<void> {
  const model = await ctx.metadata.findModel(modelName)
  const models = model ? [] : await ctx.metadata.listModels()
  if (models.length >= ctx.limits.maxModels) throw full('models', ctx.limits.maxModels)
  if (!model || (await ctx.metadata.findVersion(model.id, versionName))) return
  const versions = await ctx.metadata.listVersions(model.id)
  if (versions.length >= ctx.limits.maxVersionsPerModel)
    throw full('versions', ctx.limits.maxVersionsPerModel)
}

function full(what: string, limit: number): AppError {
  return new AppError('invalid', `There are ${limit} ${what} already, which is the limit.`, {
    reason: `too_many_${what}`,
    limit,
  })
}
