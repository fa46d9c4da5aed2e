/** Owns the question: what did users do with the predictions of a version, over time? */
import { EVENTS_SERIES, NO_PROFILE, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Version } from '@/lib/domain/model'
import { KNOWN_EVENTS } from '@/lib/domain/model-event'
import { alignDown, BUCKET_SIZE_MS, MINUTE_MS, type TimeRange } from '@/lib/domain/time'
import { cellSizeFor } from '@/lib/queries/cell-size'
import type { ChartPoint } from '@/lib/queries/chart-point'
import { levelFor, MAX_CELLS } from '@/lib/queries/read-traffic'
import { decodeSummary } from '@/lib/summary/codec'

export interface EventRate {
  readonly event: string
  /** Share of the records that had the event, cell by cell; n counts the records. */
  readonly points: readonly ChartPoint[]
}

interface Cell {
  records: number
  readonly counts: Map<string, number>
}

/** Events that records of the range had: the known ones first, then those of the model's own, by name. */
export async function readEvents(ctx: Context, version: Version, range: TimeRange): Promise<EventRate[]> {
  const level = levelFor(range, ctx)
  const smallestMs = level === 'minute' ? 15 * MINUTE_MS : BUCKET_SIZE_MS[level]
  const cellMs = cellSizeFor(range, smallestMs, MAX_CELLS)
  const query = {
    versionId: version.id,
    profileId: NO_PROFILE,
    level,
    range: { startMs: alignDown(range.startMs, cellMs), endMs: range.endMs },
  }
  const events = await ctx.series.read({ ...query, columnIds: [EVENTS_SERIES] })
  if (events.length === 0) return []
  const cells = new Map<number, Cell>()
  const names = new Set<string>()
  for (const { startMs, bytes } of await ctx.series.read({ ...query, columnIds: [TRAFFIC_SERIES] })) {
    const traffic = decodeSummary(bytes)
    if (traffic.kind === 'traffic') cellAt(cells, alignDown(startMs, cellMs)).records += traffic.records
  }
  for (const { startMs, bytes } of events) {
    const summary = decodeSummary(bytes)
    if (summary.kind !== 'events') continue
    const { counts } = cellAt(cells, alignDown(startMs, cellMs))
    for (const [name, count] of summary.counts) {
      names.add(name)
      counts.set(name, (counts.get(name) ?? 0) + count)
    }
  }
  const held = [...cells].filter(([, { records }]) => records > 0).sort(([a], [b]) => a - b)
  return inOrder(names).map((event) => ({
    event,
    points: held.map(([startMs, { records, counts }]) => ({
      startMs,
      endMs: startMs + cellMs,
      value: Math.min(1, (counts.get(event) ?? 0) / records),
      limit: null,
      n: records,
      verdict: null,
      isRevised: false,
      isPartial: startMs + cellMs > ctx.nowMs,
      note: null,
    })),
  }))
}

function cellAt(cells: Map<number, Cell>, startMs: number): Cell {
  const cell = cells.get(startMs) ?? { records: 0, counts: new Map<string, number>() }
  cells.set(startMs, cell)
  return cell
}

function inOrder(names: ReadonlySet<string>): string[] {
  const known: readonly string[] = KNOWN_EVENTS.filter((event) => names.has(event))
  return [...known, ...[...names].filter((event) => !known.includes(event)).sort()]
}
