/** Owns which other versions stay in view beside the one looked at: what was before a deployment explains what came after. */
import type { Version } from '@/lib/domain/model'
import type { TimeRange } from '@/lib/domain/time'
import type { ChartPoint } from '@/lib/queries/chart-point'

/** Beside the version looked at; more lines than this cannot be told apart. */
const MAX_NEIGHBOURS = 2

/** One version's line in a chart. */
export interface VersionSeries {
  readonly version: string
  readonly points: readonly ChartPoint[]
}

/** Other versions with traffic in the range, in the order given. */
export function neighbourVersions(
  version: Version,
  versions: readonly Version[],
  range: TimeRange,
): Version[] {
  return versions
    .filter(
      (other) =>
        other.id !== version.id &&
        other.firstRecordMs !== null &&
        other.firstRecordMs < range.endMs &&
        (other.lastRecordMs ?? 0) >= range.startMs,
    )
    .slice(0, MAX_NEIGHBOURS)
}
