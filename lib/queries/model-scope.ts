/** Owns the question every model page starts with: which model, which version, which span of time. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import type { Model, Version } from '@/lib/domain/model'
import { listChartMarkers, type Marker } from '@/lib/queries/chart-markers'
import { requireModel } from '@/lib/queries/require-model'
import { type RangeWish, type ResolvedRange, resolveRange } from '@/lib/queries/resolve-range'

export interface ModelScope {
  readonly model: Model
  /** Newest traffic first. */
  readonly versions: readonly Version[]
  /** The one looked at; null while no record came. */
  readonly version: Version | null
  readonly range: ResolvedRange
  /** Deploys and other changes in the range. */
  readonly markers: readonly Marker[]
}

export interface ScopeWish extends RangeWish {
  readonly version: string | null
}

/**
 * @param name the model's name
 * @throws AppError `not_found` for an unknown model or version
 */
export async function getModelScope(ctx: Context, name: string, wish: ScopeWish): Promise<ModelScope> {
  requireScope(ctx.principal, 'read')
  const model = await requireModel(ctx, name)
  const versions = (await ctx.metadata.listVersions(model.id)).sort(byNewestTraffic)
  const version =
    wish.version === null
      ? defaultVersion(versions)
      : (versions.find((candidate) => candidate.name === wish.version) ?? null)
  if (wish.version !== null && version === null) {
    throw new AppError('not_found', 'This model has no version of this name.')
  }
  const range = resolveRange(
    wish,
    { firstMs: version?.firstRecordMs ?? null, lastMs: version?.lastRecordMs ?? null },
    model.settings.cadence,
    ctx.nowMs,
  )
  const markers = await listChartMarkers(ctx, model.name, versions, range)
  return { model, versions, version, range, markers }
}

/** The version people mean when they name none: the live one with the newest traffic, monitored ones first. */
export function defaultVersion(versions: readonly Version[]): Version | null {
  const serving = versions.filter((version) => version.mode !== 'retired')
  const pool = serving.length > 0 ? serving : versions
  const newestMs = Math.max(...pool.map((version) => version.lastRecordMs ?? 0), 0)
  const fresh = pool.filter((version) => (version.lastRecordMs ?? 0) >= newestMs - 3_600_000)
  return fresh.find((version) => version.profileId !== null) ?? fresh[0] ?? pool[0] ?? null
}

function byNewestTraffic(a: Version, b: Version): number {
  return (b.lastRecordMs ?? 0) - (a.lastRecordMs ?? 0) || b.createdMs - a.createdMs
}
