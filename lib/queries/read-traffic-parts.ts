/** Owns reading the traffic of a version with the samples of what its service used beside its records. */
import { NO_PROFILE, NO_RECORDS, type StoredSummary, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { BucketLevel, TimeRange } from '@/lib/domain/time'

/** Traffic of records, then that of samples, which has no records: they merge. Each in order of time. */
export async function readTrafficParts(
  ctx: Context,
  query: { readonly versionId: number; readonly level: BucketLevel; readonly range: TimeRange },
): Promise<StoredSummary[]> {
  const columnIds = [TRAFFIC_SERIES]
  const [records, samples] = await Promise.all([
    ctx.series.read({ ...query, profileId: NO_PROFILE, columnIds }),
    ctx.series.read({ ...query, profileId: NO_RECORDS, columnIds }),
  ])
  return samples.length === 0 ? records : [...records, ...samples]
}
