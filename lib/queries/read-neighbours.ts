/** Owns the same metric of the same column on the neighbour versions. */
import type { Context } from '@/lib/access/context'
import type { ColumnRef } from '@/lib/domain/column'
import type { Model, Version } from '@/lib/domain/model'
import type { TimeRange } from '@/lib/domain/time'
import { toChartPoint } from '@/lib/queries/chart-point'
import { neighbourVersions, type VersionSeries } from '@/lib/queries/neighbour-versions'
import { readTraces } from '@/lib/queries/read-traces'

export interface NeighbourWish {
  readonly model: Model
  readonly version: Version
  readonly versions: readonly Version[]
  readonly metric: string
  readonly column: ColumnRef | null
  readonly range: TimeRange
}

/** Lines of the neighbours that have judged windows in the range. */
export async function readNeighbours(ctx: Context, wish: NeighbourWish): Promise<VersionSeries[]> {
  const series: VersionSeries[] = []
  for (const other of neighbourVersions(wish.version, wish.versions, wish.range)) {
    const cells = await readTraces(ctx, {
      versionId: other.id,
      metrics: [wish.metric],
      ...(wish.column ? { column: wish.column } : {}),
      range: wish.range,
      cadence: wish.model.settings.cadence,
      by: 'metric',
      maxTraces: 1,
    })
    const points = cells.map((cell) => ({ ...toChartPoint(cell, ctx.nowMs), note: null }))
    if (points.length > 0) series.push({ version: other.name, points })
  }
  return series
}
