/** Owns reading summaries ahead of where one judges: windows in a row lie beside one another, and are read many at a time. */
import type { SeriesStore, StoredSummary } from '@/db/contracts/series-store'
import { alignDown, BUCKET_SIZE_MS } from '@/lib/domain/time'

type Query = Parameters<SeriesStore['read']>[0]

/** Buckets of one level that are read at once: a day of hours. */
const BUCKETS_AHEAD = 24
/** Stretches that are kept of one series: those of a window, and of the same hour of earlier weeks. */
const STRETCHES_KEPT = 16

interface Stretch {
  readonly startMs: number
  readonly endMs: number
  readonly stored: readonly StoredSummary[]
}

/**
 * The same series for one question that goes through windows in order of time. What it answers is as old as the question:
 * not for whoever must see what is committed meanwhile.
 */
export function readingAhead(series: SeriesStore): SeriesStore {
  const known = new Map<string, Stretch[]>()

  async function stretchOf(query: Query): Promise<Stretch | null> {
    const { startMs, endMs } = query.range
    const aheadMs = BUCKETS_AHEAD * BUCKET_SIZE_MS[query.level]
    const from = alignDown(startMs, aheadMs)
    if (endMs > from + aheadMs) return null
    const { versionId, profileId, level, columnIds } = query
    const key = `${versionId} ${profileId} ${level} ${columnIds?.join(' ') ?? 'all'}`
    const kept = known.get(key) ?? []
    const found = kept.find((stretch) => stretch.startMs === from)
    if (found) return found
    const range = { startMs: from, endMs: from + aheadMs }
    const read = { ...range, stored: await series.read({ ...query, range }) }
    known.set(key, [...kept.slice(1 - STRETCHES_KEPT), read])
    return read
  }

  return {
    ...series,
    async read(query) {
      const stretch = await stretchOf(query)
      if (!stretch) return series.read(query)
      const { startMs, endMs } = query.range
      return stretch.stored.filter((each) => each.startMs >= startMs && each.startMs < endMs)
    },
  }
}
