/** Owns the question: which moments are worth a thin vertical on every chart of a model? */
import type { Context } from '@/lib/access/context'
import type { Marker as ChangeMarker } from '@/lib/domain/marker'
import type { Version } from '@/lib/domain/model'
import type { TimeRange } from '@/lib/domain/time'

/** More than this and a chart is a fence: the newest are drawn. */
const MAX_DRAWN = 30

export interface Marker {
  readonly atMs: number
  readonly label: string
  /** Where to read more; http or https. */
  readonly link?: string | null
}

/**
 * The first record of each version, where it is not the beginning of all data, and the changes that people and
 * pipelines marked. A deploy that was marked stands for the first record of its version.
 */
export async function listChartMarkers(
  ctx: Context,
  model: string,
  versions: readonly Version[],
  range: TimeRange,
): Promise<Marker[]> {
  const marked = await ctx.metadata.listMarkers({ range, model, limit: MAX_DRAWN })
  const isMarked = (version: string) =>
    marked.some((marker) => marker.kind === 'deploy' && marker.version === version)
  const firsts = versions.flatMap(({ firstRecordMs, name }) =>
    firstRecordMs !== null && firstRecordMs > range.startMs && firstRecordMs < range.endMs && !isMarked(name)
      ? [{ atMs: firstRecordMs, label: name }]
      : [],
  )
  return [
    ...firsts,
    ...marked.map(({ atMs, ...marker }) => ({ atMs, label: labelOf(marker), link: marker.link })),
  ]
}

function labelOf({ kind, title, version }: Pick<ChangeMarker, 'kind' | 'title' | 'version'>): string {
  return kind === 'deploy' && version !== null ? version : title
}
