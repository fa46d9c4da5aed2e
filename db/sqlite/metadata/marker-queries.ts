/** Owns the queries of change markers. */
import { and, desc, eq, gte, isNull, lt, or } from 'drizzle-orm'
import type { MarkerRecords } from '@/db/contracts/marker-records'
import type { Handle } from '@/db/sqlite/metadata/database'
import { markers } from '@/db/sqlite/schema/markers'

export function createMarkerQueries({ orm, units }: Handle): MarkerRecords {
  return {
    addMarker: (marker) => units.write(() => orm.insert(markers).values(marker).returning().get()),
    listMarkers: ({ range, model, limit }) =>
      units.read(() =>
        orm
          .select()
          .from(markers)
          .where(
            and(
              gte(markers.atMs, range.startMs),
              lt(markers.atMs, range.endMs),
              model === undefined ? undefined : or(eq(markers.model, model), isNull(markers.model)),
            ),
          )
          .orderBy(desc(markers.atMs), desc(markers.id))
          .limit(limit)
          .all()
          .reverse(),
      ),
    deleteMarker: (markerId) =>
      units.write(() => orm.delete(markers).where(eq(markers.id, markerId)).run().changes > 0),
    deleteMarkersBefore: (instantMs) =>
      units.write(() => orm.delete(markers).where(lt(markers.atMs, instantMs)).run().changes),
  }
}
