/** Owns what the summarising stages remember between steps: compiled profiles and column numbers, both immutable once given. */
import type { MetadataStore } from '@/db/contracts/metadata-store'
import { NO_PROFILE } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { type ColumnRef, columnKey, parseColumnKey } from '@/lib/domain/column'
import { oncePer } from '@/lib/domain/once-per'
import type { Profile } from '@/lib/domain/profile'
import { createVersionFolder, type VersionFolder } from '@/lib/summary/fold'
import { DEFAULT_SAMPLE_ROWS } from '@/lib/summary/rows'
import { RowSampler } from '@/lib/summary/sample-rows'

/** Compiled profiles kept: about half a megabyte each. */
const MAX_FOLDERS = 32

/** How the records of a profile are summarised. */
export interface CompiledProfile {
  readonly folder: VersionFolder
  /** null where nothing is to be sampled. */
  readonly sampler: RowSampler | null
}

interface Memory {
  readonly folders: Map<number, CompiledProfile>
  /** Of slices: the columns of the profile alone, and no sample. */
  readonly sliceFolders: Map<number, CompiledProfile>
  /** By version, then column key; null for a column over the limit. */
  readonly columns: Map<number, Map<string, number | null>>
  readonly positiveClasses: Map<number, string | null>
}

/** Prediction and score have room beside as many features as are allowed. */
const OUTPUT_COLUMNS = 2

/** By store, so that two open folders in one process do not mix. */
const memoryOf = oncePer(
  (_store: MetadataStore): Memory => ({
    folders: new Map(),
    sliceFolders: new Map(),
    columns: new Map(),
    positiveClasses: new Map(),
  }),
)

/** A folder for records under this profile; columns by their values alone when there is none. */
export function folderFor(ctx: Context, profileId: number): Promise<CompiledProfile> {
  return remembered(memoryOf(ctx.metadata).folders, profileId, () => compile(ctx, profileId))
}

/** The same for slices: without a profile, only their traffic is summarised. */
export function sliceFolderFor(ctx: Context, profileId: number): Promise<CompiledProfile> {
  return remembered(memoryOf(ctx.metadata).sliceFolders, profileId, async () => {
    const profile = await findProfile(ctx, profileId)
    return { folder: createVersionFolder({ profile, maxNewColumns: 0 }), sampler: null }
  })
}

async function remembered(
  folders: Map<number, CompiledProfile>,
  profileId: number,
  make: () => Promise<CompiledProfile>,
): Promise<CompiledProfile> {
  const found = folders.get(profileId)
  // The least recently used one is the first of the map.
  folders.delete(profileId)
  const folder = found ?? (await make())
  folders.set(profileId, folder)
  for (const oldest of folders.keys()) {
    if (folders.size <= MAX_FOLDERS) break
    folders.delete(oldest)
  }
  return folder
}

async function findProfile(ctx: Context, profileId: number): Promise<Profile | null> {
  const stored = profileId === NO_PROFILE ? null : await ctx.metadata.findProfile(profileId)
  return stored?.profile ?? null
}

async function compile(ctx: Context, profileId: number): Promise<CompiledProfile> {
  const profile = await findProfile(ctx, profileId)
  const rows = ctx.sampleRows ?? DEFAULT_SAMPLE_ROWS
  return {
    folder: createVersionFolder({ profile, maxNewColumns: ctx.limits.maxFeaturesPerModel }),
    // Without rows of the reference there is nothing to hold a sample against.
    sampler: profile?.sample && rows > 0 ? new RowSampler(profile, rows) : null,
  }
}

/** Drops compiled profiles: one may hold half a bucket after an error. */
export function forgetFolders(ctx: Context): void {
  const { folders, sliceFolders } = memoryOf(ctx.metadata)
  folders.clear()
  sliceFolders.clear()
}

/** The class that scores of this profile speak of; null without one. */
export async function positiveClassOf(ctx: Context, profileId: number | null): Promise<string | null> {
  if (profileId === null) return null
  const { positiveClasses } = memoryOf(ctx.metadata)
  const known = positiveClasses.get(profileId)
  if (known !== undefined) return known
  const found = (await ctx.metadata.findProfile(profileId))?.profile.positiveClass ?? null
  positiveClasses.set(profileId, found)
  return found
}

/** Numbers of columns by key, registering new ones; columns over the version's limit are absent. */
export async function columnIdsFor(
  ctx: Context,
  versionId: number,
  keys: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const { columns } = memoryOf(ctx.metadata)
  const known = columns.get(versionId) ?? new Map<string, number | null>()
  columns.set(versionId, known)
  const fresh: ColumnRef[] = [...keys]
    .filter((key) => !known.has(key))
    .map(parseColumnKey)
    // Outputs first: they must not be crowded out by a flood of features.
    .sort((a, b) => Number(b.family === 'output') - Number(a.family === 'output'))
  if (fresh.length > 0) {
    for (const column of fresh) known.set(columnKey(column), null)
    const maxColumns = ctx.limits.maxFeaturesPerModel + OUTPUT_COLUMNS
    const registered = await ctx.metadata.registerColumns(versionId, fresh, maxColumns)
    for (const column of registered) known.set(columnKey(column), column.columnId)
  }
  const ids = new Map<string, number>()
  for (const key of keys) {
    const id = known.get(key)
    if (id !== null && id !== undefined) ids.set(key, id)
  }
  return ids
}
