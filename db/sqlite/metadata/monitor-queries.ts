/** Owns the queries of monitors. */
import { and, asc, eq, getTableColumns } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { NewMonitor, ProfileRecords } from '@/db/contracts/profile-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { versions } from '@/db/sqlite/schema/models'
import { monitors } from '@/db/sqlite/schema/profiles'
import type { ColumnRef } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { Monitor } from '@/lib/domain/monitor'

/** The column of a monitor, or null for metrics of the whole version. */
export function toColumnRef(
  row: Pick<typeof monitors.$inferSelect, 'family' | 'columnName'>,
): ColumnRef | null {
  return row.family !== null && row.columnName !== null ? { family: row.family, name: row.columnName } : null
}

function toMonitor(row: typeof monitors.$inferSelect): Monitor {
  const { family, columnName, policy, ...rest } = row
  return { ...rest, column: toColumnRef({ family, columnName }), policy: fromJson(policy) }
}

/** Adds monitors inside the caller's transaction. */
export function insertMonitors(orm: BetterSQLite3Database, added: readonly NewMonitor[]): void {
  for (const { column, policy, ...rest } of added) {
    const place = { family: column?.family ?? null, columnName: column?.name ?? null }
    orm
      .insert(monitors)
      .values({ ...rest, ...place, policy: JSON.stringify(policy) })
      .run()
  }
}

type MonitorQueries = Pick<ProfileRecords, 'listMonitors' | 'findMonitor' | 'updateMonitor'>

export function createMonitorQueries({ orm, units }: Handle): MonitorQueries {
  return {
    listMonitors: (versionId, profileId) =>
      units.read(() =>
        orm
          .select(getTableColumns(monitors))
          .from(monitors)
          .innerJoin(
            versions,
            and(eq(versions.id, monitors.versionId), eq(monitors.profileId, profileId ?? versions.profileId)),
          )
          .where(eq(monitors.versionId, versionId))
          .orderBy(asc(monitors.id))
          .all()
          .map(toMonitor),
      ),
    findMonitor: (monitorId) =>
      units.read(() => {
        const row = orm.select().from(monitors).where(eq(monitors.id, monitorId)).get()
        return row ? toMonitor(row) : null
      }),
    updateMonitor: (monitorId, { enabled, method, baseline, effectFloor, severity }) =>
      units.write(() => {
        const [row] = orm
          .update(monitors)
          // An empty change still answers with the monitor.
          .set({ enabled, method, baseline, effectFloor, severity, id: monitorId })
          .where(eq(monitors.id, monitorId))
          .returning()
          .all()
        if (!row) throw new AppError('not_found', 'There is no such monitor.')
        return toMonitor(row)
      }),
  }
}
