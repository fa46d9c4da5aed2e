/**
 * Owns where each slice of a version stands: from which record on it is folded as records come, and which are read again
 * for it. Saving a slice is the whole request; the worker alone writes the setting kept here.
 */
import * as z from 'zod'
import type { LogPosition } from '@/db/contracts/log-store'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import { NO_PROFILE, sliceSeries } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Version } from '@/lib/domain/model'
import { oncePer } from '@/lib/domain/once-per'
import type { Slice } from '@/lib/domain/slice'
import { sliceSetting } from '@/lib/queries/slice-progress'
import { LOG_ORIGIN } from '@/lib/services/summaries/rebuild-state'

const SliceStateSchema = z.object({
  /** The profile that its columns are summarised under; 0 before there is one. */
  profileId: z.number().int(),
  /** Records up to here are read again; later ones are folded as they come. */
  until: z.object({ day: z.string(), seq: z.number().int() }).nullable(),
  /** Whether the records that are read again are new to it, and not only to the profile. */
  isFirst: z.boolean(),
  state: z.enum(['running', 'done']),
})
export type SliceState = z.infer<typeof SliceStateSchema>

/** By store, then series: those that are complete, as they stay until their version has another profile. */
const completeOf = oncePer((_store: MetadataStore) => new Map<number, SliceState>())

/** null: the worker has not seen the slice yet. */
export async function readSliceState(ctx: Context, series: number): Promise<SliceState | null> {
  const text = await ctx.metadata.getSetting(sliceSetting(series))
  return text === null ? null : SliceStateSchema.parse(JSON.parse(text))
}

export async function writeSliceState(ctx: Context, series: number, state: SliceState): Promise<void> {
  await ctx.metadata.setSetting(sliceSetting(series), JSON.stringify(state))
}

/**
 * How the slice's next records are to be folded. A slice, or a profile, that is new to it begins to be read again here:
 * what is behind the records position is read again, what is beyond is folded as it comes. A slice that is still read for
 * the first time is read to the end before another profile is taken up: its traffic is counted in that one reading.
 * @param position the records position of the step that asks
 */
export async function sliceStateAt(
  ctx: Context,
  slice: Slice,
  version: Version,
  position: LogPosition | null,
): Promise<SliceState> {
  const series = sliceSeries(slice.id, version.id)
  const profileId = version.profileId ?? NO_PROFILE
  const complete = completeOf(ctx.metadata)
  const remembered = complete.get(series)
  if (remembered?.profileId === profileId) return remembered
  const known = await readSliceState(ctx, series)
  if (known?.state === 'done') complete.set(series, known)
  if (known && (known.profileId === profileId || (known.isFirst && known.state === 'running'))) return known
  // May die between any two steps: nothing is folded before the last, so all are repeated.
  if (known) await ctx.series.clear(series, profileId)
  const stage = `rebuild:${series}` as const
  const from = await ctx.series.position(stage)
  if (from !== null) await ctx.series.commit({ stage, from, to: LOG_ORIGIN, deltas: [], dueWindows: [] })
  const begun: SliceState = { profileId, until: position, isFirst: known === null, state: 'running' }
  await writeSliceState(ctx, series, begun)
  return begun
}
