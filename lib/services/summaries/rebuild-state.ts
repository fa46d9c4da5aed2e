/**
 * Owns where a version stands between two profiles: which records are folded live under the new one, and which
 * are read again. Activating a profile is the whole request; the worker alone writes the setting kept here.
 */
import * as z from 'zod'
import type { LogPosition } from '@/db/contracts/log-store'
import { NO_PROFILE } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Version } from '@/lib/domain/model'

/** Before every partition of the log. */
export const LOG_ORIGIN: LogPosition = { day: '0000-01-01', seq: 0 }

const RebuildSchema = z.object({
  profileId: z.number().int(),
  /** Records up to here are read again; later ones are folded under the new profile as they come. */
  until: z.object({ day: z.string(), seq: z.number().int() }).nullable(),
  /** `requested`: the profile is active, and nothing was folded under it yet. */
  state: z.enum(['requested', 'running', 'done']),
})
export type Rebuild = z.infer<typeof RebuildSchema>

/** The setting's name. */
export function rebuildSetting(versionId: number): string {
  return `folded:${versionId}`
}

/**
 * How far the summaries of a version under its active profile are: complete when `done`, or null without a profile.
 * A profile that was activated a moment ago counts as requested.
 */
export async function readRebuild(ctx: Context, versionId: number): Promise<Rebuild | null> {
  const version = await ctx.metadata.findVersionById(versionId)
  const rebuild = version && (await rebuildOf(ctx, version))
  // Without a record there is nothing to read again.
  if (rebuild?.state === 'requested' && version?.lastRecordMs === null) return { ...rebuild, state: 'done' }
  return rebuild
}

/** Stores the state; only the worker does. */
export async function writeRebuild(ctx: Context, versionId: number, rebuild: Rebuild): Promise<void> {
  await ctx.metadata.setSetting(rebuildSetting(versionId), JSON.stringify(rebuild))
}

async function rebuildOf(ctx: Context, version: Version): Promise<Rebuild | null> {
  const { id, profileId } = version
  if (profileId === null) return null
  const text = await ctx.metadata.getSetting(rebuildSetting(id))
  const stored = text === null ? null : RebuildSchema.parse(JSON.parse(text))
  return stored?.profileId === profileId ? stored : { profileId, until: null, state: 'requested' }
}

/**
 * The profile under which the version's next records are to be folded. When the active profile is new, its
 * rebuild begins here: what is behind the records position is read again, what is beyond is folded live.
 * @param position the records position of the step that asks
 */
export async function foldingProfile(
  ctx: Context,
  version: Version,
  position: LogPosition | null,
): Promise<number> {
  const rebuild = await rebuildOf(ctx, version)
  if (rebuild === null) return NO_PROFILE
  if (rebuild.state === 'requested') await beginRebuild(ctx, version.id, rebuild.profileId, position)
  return rebuild.profileId
}

/** May die between any two steps: nothing is folded under the profile before the last, so all are repeated. */
async function beginRebuild(
  ctx: Context,
  versionId: number,
  profileId: number,
  position: LogPosition | null,
): Promise<void> {
  await ctx.series.clear(versionId, profileId)
  const stage = `rebuild:${versionId}` as const
  const from = await ctx.series.position(stage)
  if (from !== null) await ctx.series.commit({ stage, from, to: LOG_ORIGIN, deltas: [], dueWindows: [] })
  await writeRebuild(ctx, versionId, {
    profileId,
    until: position,
    state: position === null ? 'done' : 'running',
  })
}
