/** Owns a context on real stores for tests: the default limits and retention, and a logger that says nothing. */
import type { LogReader } from '@/db/contracts/log-store'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { SeriesStore } from '@/db/contracts/series-store'
import { type Context, DEFAULT_RETENTION } from '@/lib/access/context'
import { DEFAULT_LIMITS } from '@/lib/domain/limits'

/** What every context reads, as tests open it. */
export interface GivenStores {
  readonly log: LogReader
  readonly series: SeriesStore
  readonly metadata: MetadataStore
}

const ignore = () => undefined

export function testContext(
  { log, series, metadata }: GivenStores,
  own: Pick<Context, 'principal' | 'nowMs'> & Partial<Context>,
): Context {
  return {
    publicUrl: 'http://localhost:3000',
    limits: DEFAULT_LIMITS,
    retention: DEFAULT_RETENTION,
    logger: { info: ignore, warn: ignore, error: ignore },
    log,
    logWriter: null,
    series,
    metadata,
    ...own,
  }
}
