/** Owns the queries of alerts and their history. */
import { and, asc, count, desc, eq, gt, inArray, isNotNull, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { AlertQuery, AlertRecords } from '@/db/contracts/alert-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { toColumnRef, toSliceRef } from '@/db/sqlite/metadata/monitor-queries'
import { insertNotifications } from '@/db/sqlite/metadata/outbox-queries'
import { personColumns, requireUnchanged } from '@/db/sqlite/metadata/person-columns'
import { alertEvents, alertMembers, alerts } from '@/db/sqlite/schema/alerts'
import { monitors } from '@/db/sqlite/schema/profiles'
import type { Alert, AlertEvent } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'

function toAlert({ sliceId, sliceName, ...row }: typeof alerts.$inferSelect): Alert {
  const slice = toSliceRef(sliceId, sliceName)
  return {
    ...row,
    resolution: row.resolution ?? null,
    members: fromJson(row.members),
    ...(slice === null ? {} : { slice }),
  }
}

/** An alert as columns, without its id. */
export function toAlertValues({ id: _, slice, ...alert }: Alert): Omit<typeof alerts.$inferInsert, 'id'> {
  const about = { sliceId: slice?.id ?? null, sliceName: slice?.name ?? null }
  return { ...alert, ...about, members: JSON.stringify(alert.members) }
}

/** Adds history inside the caller's transaction. */
export function insertEvents(orm: BetterSQLite3Database, events: readonly Omit<AlertEvent, 'id'>[]): void {
  for (const { alertId, atMs, kind, actor, note } of events) {
    orm.insert(alertEvents).values({ alertId, atMs, kind, actor, note }).run()
  }
}

function conditions(query: AlertQuery): SQL | undefined {
  const wanted: (SQL | undefined)[] = []
  if (query.states) wanted.push(inArray(alerts.state, [...query.states]))
  if (query.modelId !== undefined) wanted.push(eq(alerts.modelId, query.modelId))
  if (query.versionId !== undefined) wanted.push(eq(alerts.versionId, query.versionId))
  if (query.historical !== undefined) wanted.push(eq(alerts.historical, query.historical))
  if (query.before) {
    wanted.push(sql`(${alerts.firedMs}, ${alerts.id}) < (${query.before.firedMs}, ${query.before.id})`)
  }
  return and(...wanted)
}

export function createAlertQueries({ orm, units }: Handle): AlertRecords {
  const isOpen = and(ne(alerts.state, 'resolved'), eq(alerts.historical, false))
  const findRow = (alertId: number) => orm.select().from(alerts).where(eq(alerts.id, alertId)).get()
  // Asked for every window: composing it anew would cost more than its answer.
  const reopenable = orm
    .select()
    .from(alerts)
    .where(
      and(
        eq(alerts.versionId, sql.placeholder('versionId')),
        or(ne(alerts.state, 'resolved'), gt(alerts.resolvedMs, sql.placeholder('resolvedAfterMs'))),
      ),
    )
    .orderBy(asc(alerts.id))
    .prepare()

  return {
    listAlerts: (query) =>
      units.read(() => {
        const isResolved = sql`${alerts.state} = 'resolved'`
        const isCritical = sql`${alerts.state} <> 'resolved' AND ${alerts.severity} = 'critical'`
        // Pages go by time alone: an order by severity could not be continued from (firedMs, id).
        const order = query.before
          ? [desc(alerts.firedMs), desc(alerts.id)]
          : [asc(isResolved), desc(isCritical), desc(alerts.firedMs), desc(alerts.id)]
        return orm
          .select()
          .from(alerts)
          .where(conditions(query))
          .orderBy(...order)
          .limit(query.limit)
          .all()
          .map(toAlert)
      }),
    findAlert: (alertId) =>
      units.read(() => {
        const row = findRow(alertId)
        return row ? toAlert(row) : null
      }),
    listReopenable: (versionId, resolvedAfterMs) =>
      units.read(() => reopenable.all({ versionId, resolvedAfterMs }).map(toAlert)),
    listAlertEvents: (alertId) =>
      units.read(() =>
        orm
          .select()
          .from(alertEvents)
          .where(eq(alertEvents.alertId, alertId))
          .orderBy(asc(alertEvents.atMs), asc(alertEvents.id))
          .all(),
      ),
    listJudgedAlerts: (monitorId, limit) =>
      units.read(() =>
        orm
          .select({ alert: alerts })
          .from(alertMembers)
          .innerJoin(alerts, eq(alerts.id, alertMembers.alertId))
          .where(and(eq(alertMembers.monitorId, monitorId), isNotNull(alerts.judgement)))
          .orderBy(desc(alerts.id))
          .limit(limit)
          .all()
          .map(({ alert }) => toAlert(alert)),
      ),
    listAlertSubjects: (alertIds) =>
      units.read(() =>
        orm
          .select({
            alertId: alertMembers.alertId,
            metric: monitors.metric,
            family: monitors.family,
            columnName: monitors.columnName,
          })
          .from(alertMembers)
          .innerJoin(monitors, eq(monitors.id, alertMembers.monitorId))
          .where(inArray(alertMembers.alertId, [...alertIds]))
          .orderBy(asc(alertMembers.alertId), asc(alertMembers.monitorId))
          .all()
          .map(({ family, columnName, ...row }) => ({ ...row, column: toColumnRef({ family, columnName }) })),
      ),
    listOpenAttention: () =>
      units.read(() =>
        orm
          .select({
            acknowledgedMs: alerts.acknowledgedMs,
            silencedUntilMs: alerts.silencedUntilMs,
            inhibitedBy: alerts.inhibitedBy,
          })
          .from(alerts)
          .where(isOpen)
          .all(),
      ),
    countOpenAlerts: () =>
      units.read(() =>
        orm
          .select({
            modelId: alerts.modelId,
            versionId: alerts.versionId,
            critical: count(sql`CASE WHEN ${alerts.severity} = 'critical' THEN 1 END`),
            warning: count(sql`CASE WHEN ${alerts.severity} = 'warning' THEN 1 END`),
          })
          .from(alerts)
          .where(isOpen)
          .groupBy(alerts.modelId, alerts.versionId)
          .all(),
      ),
    changeAlert: (alert, read, events, notifications) =>
      units.write(() => {
        const row = findRow(alert.id)
        if (!row) throw new AppError('not_found', 'There is no such alert.')
        requireUnchanged(toAlert(row), read)
        orm.update(alerts).set(personColumns(alert)).where(eq(alerts.id, alert.id)).run()
        insertEvents(
          orm,
          events.map((event) => ({ ...event, alertId: alert.id })),
        )
        insertNotifications(orm, notifications)
        return { ...toAlert(row), ...personColumns(alert) }
      }),
    addAlertEvents: (events) => units.write(() => insertEvents(orm, events)),
    listExpiredSilences: (fromMs, toMs) =>
      units.read(() =>
        orm
          .select()
          .from(alerts)
          .where(and(gt(alerts.silencedUntilMs, fromMs), lte(alerts.silencedUntilMs, toMs)))
          .orderBy(asc(alerts.silencedUntilMs))
          .all()
          .map(toAlert),
      ),
  }
}
