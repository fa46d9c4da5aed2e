/** Owns the queries of the outbox: waiting messages, claims and attempts. */
import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { DeliveryAttempt, NotificationRecords } from '@/db/contracts/notification-records'
import type { Handle } from '@/db/sqlite/metadata/database'
import { IS_FIRST_IN_LINE } from '@/db/sqlite/metadata/first-in-line'
import { channels, deliveryAttempts, notifications } from '@/db/sqlite/schema/notifications'
import type { Notification } from '@/lib/domain/alert'

/** Rows of a list of attempts: more than a message can have before it is given up. */
const MAX_ATTEMPTS_LISTED = 1_000

function toNotification({ leasedUntilMs: _, ...row }: typeof notifications.$inferSelect): Notification {
  return row
}

/** Queues messages inside the caller's transaction; one with a key that its channel has already is left out. */
export function insertNotifications(
  orm: BetterSQLite3Database,
  added: readonly Omit<Notification, 'id'>[],
): void {
  for (const notification of added) orm.insert(notifications).values(notification).onConflictDoNothing().run()
}

/** What an attempt says of its channel. */
function recordHealth(orm: BetterSQLite3Database, attempt: DeliveryAttempt, isSuccess: boolean): void {
  const atMs = attempt.atMs + (isSuccess ? attempt.durationMs : 0)
  orm
    .update(channels)
    .set(
      isSuccess
        ? {
            lastSuccessMs: atMs,
            failuresInRow: 0,
            lastError: null,
            delivered: sql`${channels.delivered} + 1`,
          }
        : {
            lastFailureMs: atMs,
            // A test that fails is seen by who made it, and nothing was lost.
            failuresInRow: sql`${channels.failuresInRow} + (SELECT ${notifications.type} <> 'channel.test' FROM ${notifications} WHERE ${notifications.id} = ${attempt.notificationId})`,
            lastError: attempt.error,
            failed: sql`${channels.failed} + 1`,
          },
    )
    .where(
      eq(
        channels.id,
        sql`(SELECT ${notifications.channelId} FROM ${notifications} WHERE ${notifications.id} = ${attempt.notificationId})`,
      ),
    )
    .run()
}

/** What came of a group is what came of all that wait in it. They keep their due time: they go when the group does. */
function settleMembers(
  orm: BetterSQLite3Database,
  { notificationId, atMs, durationMs, error }: DeliveryAttempt,
  state: Notification['state'],
): void {
  const isSent = state === 'sent'
  orm
    .update(notifications)
    .set({
      attempts: sql`${notifications.attempts} + 1`,
      lastError: isSent ? null : error,
      sentMs: isSent ? atMs + durationMs : null,
      state,
    })
    .where(and(eq(notifications.groupId, notificationId), eq(notifications.state, 'waiting')))
    .run()
}

type OutboxQueries = Pick<
  NotificationRecords,
  'addNotification' | 'claimDue' | 'recordAttempt' | 'findNotification' | 'listNotifications' | 'listAttempts'
>

export function createOutboxQueries({ db, orm, units }: Handle): OutboxQueries {
  /** Heads of each (channel, alert) queue that are due and not being sent; messages of no alert stand alone. */
  const claimable = db
    .prepare<[number, number, number], number>(
      `SELECT head.id FROM notification AS head
       WHERE head.state = 'waiting' AND head.due_ms <= ? AND head.leased_until_ms <= ? AND head.group_id IS NULL
       AND ${IS_FIRST_IN_LINE}
       ORDER BY head.due_ms, head.id LIMIT ?`,
    )
    .pluck()

  return {
    addNotification: (notification) =>
      units.write(() => toNotification(orm.insert(notifications).values(notification).returning().get())),
    claimDue: (nowMs, leaseMs, limit) =>
      units.write(() =>
        claimable.all(nowMs, nowMs, limit).map((id) => {
          const lease = { leasedUntilMs: nowMs + leaseMs }
          return toNotification(
            orm.update(notifications).set(lease).where(eq(notifications.id, id)).returning().get(),
          )
        }),
      ),
    async recordAttempt(attempt, outcome) {
      await units.write(() => {
        const { notificationId, atMs, durationMs, status, error } = attempt
        orm.insert(deliveryAttempts).values({ notificationId, atMs, durationMs, status, error }).run()
        orm
          .update(notifications)
          .set({
            attempts: sql`${notifications.attempts} + 1`,
            leasedUntilMs: 0,
            lastError: outcome.state === 'sent' ? null : error,
            sentMs: outcome.state === 'sent' ? atMs + durationMs : null,
            state: outcome.state,
            ...(outcome.state === 'waiting' ? { dueMs: outcome.dueMs } : {}),
          })
          // A message that was cancelled while it was being sent stays cancelled.
          .where(and(eq(notifications.id, notificationId), eq(notifications.state, 'waiting')))
          .run()
        if (outcome.state !== 'cancelled') settleMembers(orm, attempt, outcome.state)
        if (outcome.state !== 'cancelled') recordHealth(orm, attempt, outcome.state === 'sent')
      })
    },
    findNotification: (notificationId) =>
      units.read(() => {
        const row = orm.select().from(notifications).where(eq(notifications.id, notificationId)).get()
        return row ? toNotification(row) : null
      }),
    listNotifications: ({ alertId, selfAlertId, channelId, groupId, limit }) =>
      units.read(() => {
        const wanted: SQL[] = []
        if (alertId !== undefined) wanted.push(eq(notifications.alertId, alertId))
        if (selfAlertId !== undefined) wanted.push(eq(notifications.selfAlertId, selfAlertId))
        if (channelId !== undefined) wanted.push(eq(notifications.channelId, channelId))
        if (groupId !== undefined) wanted.push(eq(notifications.groupId, groupId))
        return orm
          .select()
          .from(notifications)
          .where(and(...wanted))
          .orderBy(desc(notifications.id))
          .limit(limit)
          .all()
          .map(toNotification)
      }),
    listAttempts: (notificationId) =>
      units.read(() => {
        const { id: _, ...fields } = { ...deliveryAttempts }
        return orm
          .select({
            notificationId: fields.notificationId,
            atMs: fields.atMs,
            durationMs: fields.durationMs,
            status: fields.status,
            error: fields.error,
          })
          .from(deliveryAttempts)
          .where(
            eq(
              deliveryAttempts.notificationId,
              sql`coalesce((SELECT ${notifications.groupId} FROM ${notifications} WHERE ${notifications.id} = ${notificationId}), ${notificationId})`,
            ),
          )
          .orderBy(asc(deliveryAttempts.id))
          .limit(MAX_ATTEMPTS_LISTED)
          .all()
      }),
  }
}
