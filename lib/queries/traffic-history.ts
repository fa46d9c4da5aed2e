/** Owns the software metrics of earlier windows, which trailing baselines are made of; read from summaries, not verdicts. */
import type { Context } from '@/lib/access/context'
import type { MetricId } from '@/lib/domain/metric'
import type { Version } from '@/lib/domain/model'
import {
  type Cadence,
  LEVEL_OF_CADENCE,
  nominalWindowMs,
  type TimeRange,
  windowContaining,
} from '@/lib/domain/time'
import type { Trailing } from '@/lib/monitor/measurement'
import { TRAILING_METRICS, trafficValue } from '@/lib/monitor/traffic-value'
import { readTrafficParts } from '@/lib/queries/read-traffic-parts'
import { decodeSummary } from '@/lib/summary/codec'
import { mergeSummaries } from '@/lib/summary/merge'
import type { TrafficSummary } from '@/lib/summary/types'

/** Windows looked back on: enough for a median, short enough to forget an old level. */
export const LOOKBACK_WINDOWS: Readonly<Record<Cadence, number>> = {
  '1m': 240,
  '5m': 288,
  '15m': 192,
  '1h': 168,
  '6h': 56,
  '1d': 28,
  '1w': 12,
  '1mo': 12,
}

/** A canary's share of the traffic says nothing of the next version's: volume is compared with the version's own. */
const OWN_VERSION_ONLY: ReadonlySet<MetricId> = new Set(['throughput'])

type WindowValues = ReadonlyMap<MetricId, number>

interface Loaded {
  readonly range: TimeRange
  /** By window start, ascending. */
  readonly windows: ReadonlyMap<number, WindowValues>
}

/** Reads each version's history once for all windows of a run. */
export class TrafficHistory {
  private readonly loaded = new Map<number, Loaded>()

  /**
   * @param untilMs no window later than this will be asked for
   * @param metrics those that anybody looks at
   */
  constructor(
    private readonly ctx: Context,
    private readonly untilMs: number,
    private readonly metrics: readonly MetricId[] = TRAILING_METRICS,
  ) {}

  /**
   * Values of the windows before this one, oldest first. Where the version itself has none, windows of the model's
   * other versions stand in, so that a new version is compared with the one it replaces.
   */
  async before(
    version: Version,
    siblings: readonly Version[],
    cadence: Cadence,
    window: TimeRange,
  ): Promise<Trailing> {
    if (this.metrics.length === 0) return new Map()
    const own = await this.windowsBefore(version, cadence, window)
    const others: ReadonlyMap<number, WindowValues>[] = []
    if (own.size < LOOKBACK_WINDOWS[cadence]) {
      for (const sibling of siblings) {
        if (sibling.id !== version.id) others.push(await this.windowsBefore(sibling, cadence, window))
      }
    }
    return combine(own, others, this.metrics)
  }

  private async windowsBefore(
    version: Version,
    cadence: Cadence,
    window: TimeRange,
  ): Promise<ReadonlyMap<number, WindowValues>> {
    const startMs = window.startMs - LOOKBACK_WINDOWS[cadence] * nominalWindowMs(cadence)
    if (version.firstRecordMs === null || version.firstRecordMs >= window.startMs) return new Map()
    if (version.lastRecordMs === null || version.lastRecordMs < startMs) return new Map()
    let loaded = this.loaded.get(version.id)
    if (!loaded || startMs < loaded.range.startMs || window.startMs > loaded.range.endMs) {
      loaded = await this.load(version.id, cadence, {
        startMs,
        endMs: Math.max(window.startMs, this.untilMs),
      })
      this.loaded.set(version.id, loaded)
    }
    return new Map([...loaded.windows].filter(([start]) => start >= startMs && start < window.startMs))
  }

  private async load(versionId: number, cadence: Cadence, range: TimeRange): Promise<Loaded> {
    const stored = await readTrafficParts(this.ctx, { versionId, level: LEVEL_OF_CADENCE[cadence], range })
    const merged = new Map<number, { window: TimeRange; traffic: TrafficSummary }>()
    for (const { startMs, bytes } of stored) {
      const traffic = decodeSummary(bytes)
      if (traffic.kind !== 'traffic') continue
      const window = windowContaining(cadence, startMs)
      const earlier = merged.get(window.startMs)?.traffic
      merged.set(window.startMs, { window, traffic: earlier ? mergeSummaries(earlier, traffic) : traffic })
    }
    const windows = [...merged].map(
      ([start, { window, traffic }]) => [start, valuesOf(traffic, window, this.metrics)] as const,
    )
    return { range, windows: new Map(windows) }
  }
}

function valuesOf(traffic: TrafficSummary, window: TimeRange, metrics: readonly MetricId[]): WindowValues {
  const values = new Map<MetricId, number>()
  for (const metric of metrics) {
    const measured = trafficValue(metric, traffic, window)
    if (measured) values.set(metric, measured.value)
  }
  return values
}

function combine(
  own: ReadonlyMap<number, WindowValues>,
  others: readonly ReadonlyMap<number, WindowValues>[],
  metrics: readonly MetricId[],
): Trailing {
  const starts = [...new Set([own, ...others].flatMap((windows) => [...windows.keys()]))].sort(
    (a, b) => a - b,
  )
  const trailing = new Map<MetricId, number[]>()
  for (const metric of metrics) {
    const sources = OWN_VERSION_ONLY.has(metric) ? [own] : [own, ...others]
    const values = starts.flatMap((start) => {
      const value = sources
        .map((windows) => windows.get(start)?.get(metric))
        .find((found) => found !== undefined)
      return value === undefined ? [] : [value]
    })
    trailing.set(metric, values)
  }
  return trailing
}
