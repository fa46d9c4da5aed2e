/** Owns which events records had, as the log tells it up to a position. */
import { comparePositions, type LogPosition } from '@/db/contracts/log-store'
import type { Context } from '@/lib/access/context'
import { eventId } from '@/lib/domain/model-event'
import { sideName } from '@/lib/domain/side-log'
import { inChunks } from '@/lib/services/labels/join-waiting-labels'

/** Ids asked for at once. */
const IDS_A_QUERY = 5_000

/** By prediction; predictions without any are absent. @param until blocks behind it do not count; null: none counts */
export async function eventsUntil(
  ctx: Context,
  model: string,
  predictionIds: readonly string[],
  names: ReadonlySet<string>,
  until: LogPosition | null,
): Promise<Map<string, Set<string>>> {
  const had = new Map<string, Set<string>>()
  if (until === null || names.size === 0) return had
  const wanted = predictionIds.flatMap((id) =>
    [...names].map((event) => ({ id, event, key: eventId(id, event) })),
  )
  for (const chunk of inChunks(wanted, IDS_A_QUERY)) {
    const found = await ctx.log.findRecords(
      sideName('events', model),
      chunk.map(({ key }) => key),
    )
    for (const { id, event, key } of chunk) {
      const place = found.get(key)?.position
      if (place === undefined || comparePositions(place, until) > 0) continue
      had.set(id, (had.get(id) ?? new Set()).add(event))
    }
  }
  return had
}
