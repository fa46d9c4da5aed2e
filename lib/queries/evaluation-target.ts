/** Owns loading what a window is judged by: version, model, profile, monitors, column names; profiles are remembered. */
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { Context } from '@/lib/access/context'
import { columnKey } from '@/lib/domain/column'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import { oncePer } from '@/lib/domain/once-per'
import type { StoredProfile } from '@/lib/domain/profile'
import type { Slice } from '@/lib/domain/slice'

/** Profiles kept with all that was computed from them: some megabytes each. */
const MAX_PROFILES = 8

/** By store, so that two open folders in one process do not mix. An active profile never changes. */
const profilesOf = oncePer((_store: MetadataStore) => new Map<number, StoredProfile>())

export interface EvaluationTarget {
  readonly model: Model
  readonly version: Version
  readonly profile: StoredProfile
  readonly monitors: readonly Monitor[]
  /** Column keys by their number in the series store. */
  readonly columnKeys: ReadonlyMap<number, string>
  /** Slices of the model that are kept up, and their monitors for this version; none for most. */
  readonly slices: readonly Slice[]
  readonly sliceMonitors: readonly Monitor[]
}

/** The profile, the same object each time while it is remembered; null when there is none of that id. */
export async function rememberedProfile(ctx: Context, profileId: number): Promise<StoredProfile | null> {
  const known = profilesOf(ctx.metadata)
  const found = known.get(profileId) ?? (await ctx.metadata.findProfile(profileId))
  if (!found || found.status === 'draft') return found
  // The least recently used one is the first of the map.
  known.delete(profileId)
  known.set(profileId, found)
  for (const oldest of known.keys()) {
    if (known.size <= MAX_PROFILES) break
    known.delete(oldest)
  }
  return found
}

/** Everything about a version that judging needs; null when it is gone, retired or has no active profile. */
export async function loadTarget(ctx: Context, versionId: number): Promise<EvaluationTarget | null> {
  const version = await ctx.metadata.findVersionById(versionId)
  if (!version || version.profileId === null || version.mode === 'retired') return null
  const [model, profile, monitors, columns, slices] = await Promise.all([
    ctx.metadata.findModelById(version.modelId),
    rememberedProfile(ctx, version.profileId),
    ctx.metadata.listMonitors(versionId),
    ctx.metadata.listColumns(versionId),
    ctx.metadata.listSlices(version.modelId),
  ])
  if (!model || !profile) return null
  const sliceMonitors = slices.length === 0 ? [] : await ctx.metadata.listSliceMonitors(versionId)
  const columnKeys = new Map(columns.map((column) => [column.columnId, columnKey(column)]))
  return { model, version, profile, monitors, columnKeys, slices, sliceMonitors }
}
