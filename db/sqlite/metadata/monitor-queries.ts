/** Owns the queries of monitors. */
import {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  gte,
  inArray,
  isNull,
  type Placeholder,
  sql,
} from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { NewMonitor, ProfileRecords } from '@/db/contracts/profile-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { alertMembers, alerts } from '@/db/sqlite/schema/alerts'
import { versions } from '@/db/sqlite/schema/models'
import { monitorRevisions, monitors } from '@/db/sqlite/schema/profiles'
import type { ColumnRef } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { Monitor } from '@/lib/domain/monitor'
import type { SliceRef } from '@/lib/domain/slice'

/** The column of a monitor, or null for metrics of the whole version. */
export function toColumnRef(
  row: Pick<typeof monitors.$inferSelect, 'family' | 'columnName'>,
): ColumnRef | null {
  return row.family !== null && row.columnName !== null ? { family: row.family, name: row.columnName } : null
}

/** The slice that a monitor or an alert is about, or null. */
export function toSliceRef(id: number | null, name: string | null): SliceRef | null {
  return id !== null && name !== null ? { id, name } : null
}

/** A stored monitor. */
export function toMonitor(row: typeof monitors.$inferSelect): Monitor {
  const { family, columnName, policy, sliceId, sliceName, ...rest } = row
  const slice = toSliceRef(sliceId, sliceName)
  const about = slice === null ? {} : { slice }
  return { ...rest, column: toColumnRef({ family, columnName }), policy: fromJson(policy), ...about }
}

/** Adds monitors inside the caller's transaction. */
export function insertMonitors(orm: BetterSQLite3Database, added: readonly NewMonitor[]): void {
  for (const { column, policy, slice, ...rest } of added) {
    const about = { sliceId: slice?.id ?? null, sliceName: slice?.name ?? null }
    const place = { family: column?.family ?? null, columnName: column?.name ?? null, ...about }
    orm
      .insert(monitors)
      .values({ ...rest, ...place, policy: JSON.stringify(policy) })
      .run()
  }
}

export type MonitorQueries = Pick<
  ProfileRecords,
  'listMonitors' | 'findMonitor' | 'updateMonitor' | 'listMonitorRevisions' | 'listMonitorUse'
>

export function createMonitorQueries({ orm, units }: Handle): MonitorQueries {
  /** Those of slices are asked for by their slices. */
  const ofVersion = (profile: typeof versions.profileId | Placeholder<'profileId'>) =>
    orm
      .select(getTableColumns(monitors))
      .from(monitors)
      .innerJoin(versions, and(eq(versions.id, monitors.versionId), eq(monitors.profileId, profile)))
      .where(and(eq(monitors.versionId, sql.placeholder('versionId')), isNull(monitors.sliceId)))
      .orderBy(asc(monitors.id))
      .prepare()
  // Asked for every window: composing it anew would cost more than its answer.
  const ofActive = ofVersion(versions.profileId)
  const ofProfile = ofVersion(sql.placeholder('profileId'))

  return {
    listMonitors: (versionId, profileId) =>
      units.read(() =>
        (profileId === undefined ? ofActive.all({ versionId }) : ofProfile.all({ versionId, profileId })).map(
          toMonitor,
        ),
      ),
    findMonitor: (monitorId) =>
      units.read(() => {
        const row = orm.select().from(monitors).where(eq(monitors.id, monitorId)).get()
        return row ? toMonitor(row) : null
      }),
    updateMonitor: (monitorId, { policy, ...change }, revision) =>
      units.write(() => {
        const stored = policy === undefined ? {} : { policy: JSON.stringify(policy) }
        const [row] = orm
          .update(monitors)
          // An empty change still answers with the monitor.
          .set({ ...change, ...stored, id: monitorId })
          .where(eq(monitors.id, monitorId))
          .returning()
          .all()
        if (!row) throw new AppError('not_found', 'There is no such monitor.')
        if (revision) {
          const [before, after] = [JSON.stringify(revision.before), JSON.stringify(revision.after)]
          orm
            .insert(monitorRevisions)
            .values({ ...revision, monitorId, before, after })
            .run()
        }
        return toMonitor(row)
      }),
    listMonitorRevisions: (monitorId, limit) =>
      units.read(() =>
        orm
          .select()
          .from(monitorRevisions)
          .where(eq(monitorRevisions.monitorId, monitorId))
          .orderBy(desc(monitorRevisions.id))
          .limit(limit)
          .all()
          .map((row) => ({ ...row, before: fromJson(row.before), after: fromJson(row.after) })),
      ),
    listMonitorUse: (versionIds, sinceMs) =>
      units.read(() =>
        orm
          .select({
            monitorId: alertMembers.monitorId,
            fired: count(),
            lastFiredMs: sql<number>`max(${alerts.firedMs})`,
            acknowledged: count(alerts.acknowledgedMs),
            real: count(sql`CASE WHEN ${alerts.judgement} = 'real' THEN 1 END`),
            falseAlarms: count(sql`CASE WHEN ${alerts.judgement} = 'false_alarm' THEN 1 END`),
            // Nobody was called for history, or for what another alert explains.
            unseen: count(
              sql`CASE WHEN ${alerts.firstSeenMs} IS NULL AND ${alerts.historical} = 0 AND ${alerts.inhibitedBy} IS NULL THEN 1 END`,
            ),
          })
          .from(alerts)
          .innerJoin(alertMembers, eq(alertMembers.alertId, alerts.id))
          .where(and(inArray(alerts.versionId, [...versionIds]), gte(alerts.firedMs, sinceMs)))
          .groupBy(alertMembers.monitorId)
          .orderBy(asc(alertMembers.monitorId))
          .all(),
      ),
  }
}
