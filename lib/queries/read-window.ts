/** Owns reading one window's merged summaries of a version: columns on their reference grids, traffic, quality. */
import {
  EVENTS_SERIES,
  NO_PROFILE,
  NO_RECORDS,
  QUALITY_SERIES,
  SAMPLE_SERIES,
  TRAFFIC_SERIES,
} from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { isOfWholeRecords } from '@/lib/domain/metric'
import { stepAside } from '@/lib/domain/step-aside'
import type { BucketLevel, TimeRange } from '@/lib/domain/time'
import { referenceOf } from '@/lib/monitor/reference'
import type { EvaluationTarget } from '@/lib/queries/evaluation-target'
import { decodeMerged } from '@/lib/summary/codec'
import { isColumnSummary } from '@/lib/summary/merge'
import type { RowsSummary } from '@/lib/summary/rows'
import type { ColumnSummary, EventsSummary, QualitySummary, TrafficSummary } from '@/lib/summary/types'

export interface WindowSummaries {
  /** By column key; columns without data are absent. */
  readonly columns: ReadonlyMap<string, ColumnSummary>
  readonly traffic: TrafficSummary | null
  readonly quality: QualitySummary | null
  /** Events of the window's records; null where none came. */
  readonly events: EventsSummary | null
  /** Records drawn at random; null where none are kept. */
  readonly rows: RowsSummary | null
}

function groupByColumn(
  stored: readonly { columnId: number; bytes: Uint8Array }[],
): Map<number, Uint8Array[]> {
  const groups = new Map<number, Uint8Array[]>()
  for (const { columnId, bytes } of stored) {
    const group = groups.get(columnId)
    if (group) group.push(bytes)
    else groups.set(columnId, [bytes])
  }
  return groups
}

/**
 * All summaries of the window at one bucket level, merged.
 * @param columnIds reads only these columns; by default all of them
 */
export async function readWindow(
  ctx: Context,
  { version, profile, monitors, columnKeys }: EvaluationTarget,
  range: TimeRange,
  level: BucketLevel,
  columnIds?: readonly number[],
): Promise<WindowSummaries> {
  const [stored, shared, samples] = await Promise.all([
    ctx.series.read({
      versionId: version.id,
      profileId: profile.id,
      level,
      range,
      ...(columnIds ? { columnIds } : {}),
    }),
    ctx.series.read({
      versionId: version.id,
      profileId: NO_PROFILE,
      level,
      range,
      columnIds: [TRAFFIC_SERIES, QUALITY_SERIES, EVENTS_SERIES],
    }),
    ctx.series.read({
      versionId: version.id,
      profileId: NO_RECORDS,
      level,
      range,
      columnIds: [TRAFFIC_SERIES],
    }),
  ])
  const reference = referenceOf(profile)
  const columns = new Map<string, ColumnSummary>()
  const byColumn = groupByColumn(stored)
  for (const [columnId, parts] of byColumn) {
    const key = columnKeys.get(columnId)
    if (key === undefined) continue
    stepAside()
    const summary = decodeMerged(parts, reference.columns.get(key)?.grid ?? undefined)
    if (summary && isColumnSummary(summary)) columns.set(key, summary)
  }
  const asksForRows = monitors.some(({ metric, enabled }) => enabled && isOfWholeRecords(metric))
  const rows = asksForRows ? decodeMerged(byColumn.get(SAMPLE_SERIES) ?? []) : null
  // What the service used is part of its traffic, whether a record or a sample told it.
  const whole = groupByColumn([...shared, ...samples])
  const traffic = decodeMerged(whole.get(TRAFFIC_SERIES) ?? [])
  const quality = decodeMerged(whole.get(QUALITY_SERIES) ?? [])
  const events = decodeMerged(whole.get(EVENTS_SERIES) ?? [])
  return {
    columns,
    traffic: traffic?.kind === 'traffic' ? traffic : null,
    quality: quality?.kind === 'quality' ? quality : null,
    events: events?.kind === 'events' ? events : null,
    rows: rows?.kind === 'rows' ? rows : null,
  }
}
