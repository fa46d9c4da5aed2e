/**
 * Owns where a version stands between two profiles: which records are folded live under the new one, and which
 * are read again. Kept in the setting `rebuild:<versionId>`; only the worker fixes the border between the two.
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
  state: z.enum(['requested', 'running', 'done']),
})
export type Rebuild = z.infer<typeof RebuildSchema>

/** The setting's name. */
export function rebuildSetting(versionId: number): string {
  return `rebuild:${versionId}`
}

/** The version's rebuild, or null when there never was one. */
export async function readRebuild(ctx: Context, versionId: number): Promise<Rebuild | null> {
  const text = await ctx.metadata.getSetting(rebuildSetting(versionId))
  return text === null ? null : RebuildSchema.parse(JSON.parse(text))
}

/** Stores the rebuild. */
export async function writeRebuild(ctx: Context, versionId: number, rebuild: Rebuild): Promise<void> {
  await ctx.metadata.setSetting(rebuildSetting(versionId), JSON.stringify(rebuild))
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
  if (version.profileId === null) return NO_PROFILE
  const rebuild = await readRebuild(ctx, version.id)
  const isBegun = rebuild !== null && rebuild.profileId === version.profileId && rebuild.state !== 'requested'
  if (!isBegun) await beginRebuild(ctx, version.id, version.profileId, position)
  return version.profileId
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
