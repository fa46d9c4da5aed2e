/** Owns answering uploads, reads and changes of reference profiles, and of a model's settings. */
import path from 'node:path'
import * as z from 'zod'
import type { Context } from '@/lib/access/context'
import { AppError } from '@/lib/domain/errors'
import { ModelSettingsSchema } from '@/lib/domain/model'
import type { StoredProfile } from '@/lib/domain/profile'
import { toRfc3339 } from '@/lib/domain/time'
import type { Exchange, Handler, HttpApp } from '@/lib/http/exchange'
import { idParam } from '@/lib/http/parameters'
import { readJson, readQuery } from '@/lib/http/read-json'
import { readUpload } from '@/lib/http/read-upload'
import { jsonReply } from '@/lib/http/reply'
import { parseMapping } from '@/lib/profile/profile-schema'
import { findProfile, listProfiles } from '@/lib/queries/version-profiles'
import { updateModel } from '@/lib/services/models/update-model'
import { activateProfile } from '@/lib/services/profiles/activate-profile'
import { profileFromRecords } from '@/lib/services/profiles/profile-from-records'
import { type PutProfileAnswer, putProfile } from '@/lib/services/profiles/put-profile'
import { updateExpectations } from '@/lib/services/profiles/update-expectations'

const FlagParameter = z.enum(['0', '1']).default('0')

export const PutProfileQuery = z.object({
  mapping: z
    .string()
    .max(1_000_000)
    .optional()
    .describe('Roles of columns, as JSON; what is not named is inferred'),
  name: z.string().max(200).optional().describe('Name of the file, for people'),
  activate: FlagParameter.describe('1: make it the active profile at once'),
  confirm: FlagParameter.describe('1: activate although the records so far have other columns'),
})
export const FromRecordsBody = z.object({
  count: z.number().int().min(1).describe('How many of the oldest records'),
  problem: z.enum(['binary', 'multiclass', 'regression']).optional(),
  positiveClass: z.string().max(200).optional(),
  activate: z.boolean().default(false),
})
export const ActivateBody = z.object({ confirmDifferences: z.boolean().default(false) })
export const ExpectationsBody = z.object({
  column: z.string().max(500),
  expectations: z.array(z.unknown()).max(20),
})
export const SettingsBody = z.object({
  cadence: ModelSettingsSchema.shape.cadence.unwrap().optional(),
  allowedLatenessMs: ModelSettingsSchema.shape.allowedLatenessMs.unwrap().optional(),
  falseAlarmBudget: ModelSettingsSchema.shape.falseAlarmBudget
    .unwrap()
    .optional()
    .describe('False alarms put up with in a fortnight'),
  validation: ModelSettingsSchema.shape.validation
    .unwrap()
    .optional()
    .describe('strict: POST /validate refuses what the reference does not expect; log_only: it only counts'),
  owner: ModelSettingsSchema.shape.owner.unwrap().optional(),
  runbookUrl: ModelSettingsSchema.shape.runbookUrl.unwrap().optional(),
})

export const putProfileHandler: Handler = async (app, exchange) => {
  const query = readQuery(exchange, PutProfileQuery)
  const upload = await readUpload(exchange)
  const mapping = query.mapping ?? upload.fields.get('mapping')
  const answer = await putProfile(app.contextFor(exchange.principal), {
    ...namesOf(exchange),
    body: upload.body,
    filename: query.name ?? upload.filename ?? undefined,
    mapping: mapping === undefined ? undefined : parseMapping(mapping),
    activate: query.activate === '1',
    confirmDifferences: query.confirm === '1',
    tempDir: tempDirOf(app),
  })
  return stored(app, answer)
}

export const profileFromRecordsHandler: Handler = async (app, exchange) => {
  const { count, activate, ...mapping } = await readJson(app, exchange, FromRecordsBody)
  const answer = await profileFromRecords(app.contextFor(exchange.principal), {
    ...namesOf(exchange),
    count,
    activate,
    mapping,
    tempDir: tempDirOf(app),
  })
  return stored(app, answer)
}

export const profilesHandler: Handler = async (app, exchange) => {
  const { model, version } = namesOf(exchange)
  const profiles = await listProfiles(app.contextFor(exchange.principal), model, version)
  return jsonReply({ profiles: profiles.map(toApi) })
}

/** The active profile of the version, else its newest draft, whole. */
export const profileHandler: Handler = async (app, exchange) => {
  const profile = await ownProfile(app.contextFor(exchange.principal), exchange, 'active')
  return jsonReply({ ...toApi(profile), profile: { ...profile.profile, chunks: [], sample: undefined } })
}

/** Activates the newest draft of the version, or the profile that the path names. */
export const activateHandler: Handler = async (app, exchange) => {
  const { confirmDifferences } = await readJson(app, exchange, ActivateBody)
  const ctx = app.contextFor(exchange.principal)
  const profile = await ownProfile(ctx, exchange, 'newest')
  const active = await activateProfile(ctx, { profileId: profile.id, confirmDifferences })
  app.wakeWorker?.()
  return jsonReply(toApi(active))
}

export const expectationsHandler: Handler = async (app, exchange) => {
  const body = await readJson(app, exchange, ExpectationsBody)
  const ctx = app.contextFor(exchange.principal)
  const { id } = await ownProfile(ctx, exchange, 'newest')
  return jsonReply(toApi(await updateExpectations(ctx, { profileId: id, ...body })))
}

export const settingsHandler: Handler = async (app, exchange) => {
  const change = await readJson(app, exchange, SettingsBody)
  const model = exchange.params.model ?? ''
  const { settings } = await updateModel(app.contextFor(exchange.principal), { model, change })
  app.wakeWorker?.()
  return jsonReply(settings)
}

function namesOf(exchange: Exchange): { model: string; version: string } {
  return { model: exchange.params.model ?? '', version: exchange.params.version ?? '' }
}

function tempDirOf(app: HttpApp): string | undefined {
  return app.settings ? path.join(app.settings.dataDir, 'tmp') : undefined
}

/** The profile named by the path, which must be one of the version in the path; without an id the preferred one. */
async function ownProfile(
  ctx: Context,
  exchange: Exchange,
  prefer: 'active' | 'newest',
): Promise<StoredProfile> {
  const { model, version } = namesOf(exchange)
  const profile = await findProfile(ctx, {
    model,
    version,
    ...(exchange.params.profile === undefined ? { prefer } : { profileId: idParam(exchange, 'profile') }),
  })
  if (!profile) throw new AppError('not_found', 'This version has no such profile.')
  return profile
}

function stored(app: HttpApp, { stored: profile, difference }: PutProfileAnswer) {
  app.wakeWorker?.()
  return jsonReply({
    ...toApi(profile),
    difference:
      difference === null
        ? null
        : { only_in_records: difference.onlyInRecords, only_in_reference: difference.onlyInReference },
  })
}

function toApi({ id, revision, status, createdMs, activatedMs, profile }: StoredProfile) {
  return {
    id,
    revision,
    status,
    created: toRfc3339(createdMs),
    activated: activatedMs === null ? null : toRfc3339(activatedMs),
    source: profile.source,
    rows: profile.rows,
    columns: profile.columns.length,
    problem: profile.problem,
    warnings: profile.warnings,
  }
}
