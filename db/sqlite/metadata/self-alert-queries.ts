/** Owns the queries of alerts of Plumbline about itself. */
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { NotificationRecords } from '@/db/contracts/notification-records'
import type { Handle } from '@/db/sqlite/metadata/database'
import { insertNotifications } from '@/db/sqlite/metadata/outbox-queries'
import { selfAlerts } from '@/db/sqlite/schema/notifications'

type SelfAlertQueries = Pick<
  NotificationRecords,
  | 'listSelfAlerts'
  | 'findSelfAlert'
  | 'openSelfAlert'
  | 'resolveSelfAlert'
  | 'changeSelfAlert'
  | 'countSelfAlerts'
>

export function createSelfAlertQueries({ orm, units }: Handle): SelfAlertQueries {
  const isOpen = isNull(selfAlerts.resolvedMs)

  return {
    listSelfAlerts: ({ resolvedToo, limit }) =>
      units.read(() =>
        orm
          .select()
          .from(selfAlerts)
          .where(resolvedToo ? undefined : isOpen)
          .orderBy(desc(selfAlerts.firedMs), desc(selfAlerts.id))
          .limit(limit)
          .all(),
      ),
    findSelfAlert: (selfAlertId) =>
      units.read(() => orm.select().from(selfAlerts).where(eq(selfAlerts.id, selfAlertId)).get() ?? null),
    openSelfAlert: (alert, notifications) =>
      units.write(() => {
        const { kind, subject, severity, title, text, firedMs, dedupKey } = alert
        const isSame = and(eq(selfAlerts.kind, kind), eq(selfAlerts.subject, subject), isOpen)
        if (orm.select({ id: selfAlerts.id }).from(selfAlerts).where(isSame).get()) return null
        const row = { kind, subject, severity, title, text, firedMs, dedupKey }
        const stored = orm.insert(selfAlerts).values(row).returning().get()
        insertNotifications(
          orm,
          notifications.map((one) => ({ ...one, selfAlertId: stored.id })),
        )
        return stored
      }),
    async resolveSelfAlert(selfAlertId, nowMs, notifications) {
      await units.write(() => {
        const isIt = and(eq(selfAlerts.id, selfAlertId), isOpen)
        const { changes } = orm.update(selfAlerts).set({ resolvedMs: nowMs }).where(isIt).run()
        if (changes > 0) insertNotifications(orm, notifications)
      })
    },
    changeSelfAlert: (selfAlertId, change) =>
      units.write(
        () =>
          orm
            .update(selfAlerts)
            .set(change)
            .where(and(eq(selfAlerts.id, selfAlertId), isOpen))
            .returning()
            .get() ?? null,
      ),
    countSelfAlerts: () =>
      units.read(() =>
        orm
          .select({ kind: selfAlerts.kind, open: sql<number>`count(*)` })
          .from(selfAlerts)
          .where(isOpen)
          .groupBy(selfAlerts.kind)
          .all(),
      ),
  }
}
