/** Owns what can be said of a sender that was just set up: nothing yet, refused, repeated, or received. */

import type { IngestOverview } from '@/lib/queries/ingest-overview'

/** What the server knows of what has arrived, read again whenever something changes. */
export interface Arrivals {
  readonly sources: readonly SourceSeen[]
  readonly refusals: readonly { readonly model: string | null; readonly lastMs: number }[]
  /** Ids of the keys that were used at least once. */
  readonly usedKeys: readonly number[]
}

export interface SourceSeen {
  readonly model: string
  /** Records of the last 24 hours, and the time of the newest: either changes when one is stored. */
  readonly lastDay: number
  readonly newestMs: number
  readonly newest: string
}

/** The key of a configuration, and what had arrived before there was one. */
export interface Beginning {
  readonly keyId: number
  /** By the clock of the server. */
  readonly madeMs: number
  readonly sourcesBefore: readonly SourceSeen[]
}

export type Arrival =
  | { readonly state: 'waiting' | 'refused' | 'repeated' }
  | { readonly state: 'received' | 'receiving'; readonly newest: string }

/** @param input `beginning` is null while no key was made: then only what is there can be told */
export function arrivalOf(input: {
  model: string
  beginning: Beginning | null
  arrivals: Arrivals
}): Arrival {
  const { model, beginning, arrivals } = input
  const ofModel = (item: SourceSeen) => item.model === model
  const source = arrivals.sources.find(ofModel)
  if (beginning === null) return source ? { state: 'receiving', newest: source.newest } : { state: 'waiting' }
  const before = beginning.sourcesBefore.find(ofModel)
  const isNew = source && (source.lastDay !== before?.lastDay || source.newestMs !== before.newestMs)
  if (isNew) return { state: 'received', newest: source.newest }
  const isRefused = arrivals.refusals.some(
    (item) => item.lastMs >= beginning.madeMs && (item.model === null || item.model === model),
  )
  if (isRefused) return { state: 'refused' }
  return { state: source && arrivals.usedKeys.includes(beginning.keyId) ? 'repeated' : 'waiting' }
}

/** What of the overview tells arrivals: one entry a model over all its versions. `words` writes an age. */
export function arrivalsOf(overview: IngestOverview, words: (instantMs: number) => string): Arrivals {
  const sources = new Map<string, SourceSeen>()
  for (const { model, lastDay, lastRecordMs } of overview.sources) {
    const other = sources.get(model)
    const newestMs = Math.max(lastRecordMs ?? 0, other?.newestMs ?? 0)
    sources.set(model, {
      model,
      lastDay: lastDay + (other?.lastDay ?? 0),
      newestMs,
      newest: words(newestMs),
    })
  }
  return {
    sources: [...sources.values()],
    refusals: overview.refusals.map(({ model, lastMs }) => ({ model, lastMs })),
    usedKeys: overview.keys.filter((key) => key.lastUsedMs !== null).map((key) => key.id),
  }
}
