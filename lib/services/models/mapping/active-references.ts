/** Owns the active reference profiles of models in memory: read again when another one becomes active, within half a second. */
import type { Context } from '@/lib/access/context'
import type { ModelSettings } from '@/lib/domain/model'
import type { StoredProfile } from '@/lib/domain/profile'

/** How long what is known of a model is taken as it is. */
export const FRESH_MS = 500
/** Models held at once; the one that was read first goes first. */
const MAX_MODELS = 100

export interface ActiveReferences {
  readonly modelId: number
  readonly settings: ModelSettings
  /** By the name of the version; versions without an active profile are absent. Oldest version first. */
  readonly byVersion: ReadonlyMap<string, StoredProfile>
}

interface Entry {
  readMs: number
  references: ActiveReferences | null
}

const caches = new WeakMap<object, Map<string, Entry>>()

/** What a model is compared with at this instant; null for a model that does not exist. An active profile never changes. */
export async function activeReferences(ctx: Context, model: string): Promise<ActiveReferences | null> {
  const cache = cacheOf(ctx.metadata)
  const known = cache.get(model)
  if (known !== undefined && Math.abs(ctx.nowMs - known.readMs) < FRESH_MS) return known.references
  const references = await read(ctx, model, known?.references ?? null)
  // Names of models that do not exist can be made up without end.
  if (references === null) {
    cache.delete(model)
    return null
  }
  cache.set(model, { readMs: ctx.nowMs, references })
  if (cache.size > MAX_MODELS) cache.delete(cache.keys().next().value ?? model)
  return references
}

/** Lets go of what is known, after a change made here: the next question reads anew. */
export function forgetReferences(metadata: object): void {
  caches.delete(metadata)
}

async function read(
  ctx: Context,
  name: string,
  known: ActiveReferences | null,
): Promise<ActiveReferences | null> {
  const model = await ctx.metadata.findModel(name)
  if (!model) return null
  const held = new Map([...(known?.byVersion.values() ?? [])].map((stored) => [stored.id, stored]))
  const byVersion = new Map<string, StoredProfile>()
  for (const version of await ctx.metadata.listVersions(model.id)) {
    if (version.profileId === null || version.mode === 'retired') continue
    const stored = held.get(version.profileId) ?? (await readProfile(ctx, version.profileId))
    if (stored) byVersion.set(version.name, stored)
  }
  return { modelId: model.id, settings: model.settings, byVersion }
}

/** Chunks and rows are megabytes that nobody asks for here. */
async function readProfile(ctx: Context, profileId: number): Promise<StoredProfile | null> {
  const stored = await ctx.metadata.findProfile(profileId)
  if (!stored) return null
  const { sample: _rows, ...profile } = stored.profile
  return { ...stored, profile: { ...profile, chunks: [] } }
}

function cacheOf(metadata: object): Map<string, Entry> {
  let cache = caches.get(metadata)
  if (cache === undefined) {
    cache = new Map()
    caches.set(metadata, cache)
  }
  return cache
}
