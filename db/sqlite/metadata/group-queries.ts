/** Owns the queries of messages that leave together: which may, which do, and what a channel was last told of a group. */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type {
  GatherableNotification,
  GroupTold,
  NewestMessage,
  NotificationRecords,
} from '@/db/contracts/notification-records'
import type { Handle } from '@/db/sqlite/metadata/database'
import { IS_FIRST_IN_LINE } from '@/db/sqlite/metadata/first-in-line'
import { notifications } from '@/db/sqlite/schema/notifications'

/** Ids in one statement. */
const CHUNK = 500

type GroupQueries = Pick<
  NotificationRecords,
  | 'listGatherable'
  | 'formGroups'
  | 'holdNotifications'
  | 'bringForward'
  | 'leaveGroup'
  | 'lastTold'
  | 'listNewestOfFiring'
>

export function createGroupQueries({ db, orm, units }: Handle): GroupQueries {
  const gatherable = db.prepare<[number, number, number], GatherableNotification>(
    `SELECT head.id, head.channel_id AS channelId, head.group_key AS groupKey, head.type, head.key,
       coalesce(alert.severity, self_alert.severity, 'warning') AS severity,
       head.created_ms AS createdMs, head.due_ms AS dueMs
     FROM notification AS head
     LEFT JOIN alert ON alert.id = head.alert_id
     LEFT JOIN self_alert ON self_alert.id = head.self_alert_id
     WHERE head.state = 'waiting' AND head.due_ms <= ? AND head.leased_until_ms <= ?
     AND head.attempts = 0 AND head.group_id IS NULL AND head.group_key IS NOT NULL
     AND ${IS_FIRST_IN_LINE}
     AND (head.alert_id IS NULL OR NOT EXISTS (
       SELECT 1 FROM notification AS later
       WHERE later.state = 'waiting' AND later.channel_id = head.channel_id
       AND later.alert_id = head.alert_id AND later.id > head.id AND later.due_ms < head.due_ms))
     ORDER BY head.channel_id, head.due_ms, head.id LIMIT ?`,
  )
  const told = db.prepare<[number, string, number, number], GroupTold>(
    `SELECT max(sent.sent_ms) AS lastMs,
       max(CASE WHEN coalesce(alert.severity, self_alert.severity) = 'critical' THEN sent.sent_ms END)
         AS lastCriticalMs
     FROM notification AS sent
     LEFT JOIN alert ON alert.id = sent.alert_id
     LEFT JOIN self_alert ON self_alert.id = sent.self_alert_id
     WHERE sent.channel_id = ? AND sent.group_key = ? AND sent.state = 'sent'
     AND sent.sent_ms > ? AND sent.sent_ms <= ?`,
  )
  const newest = db.prepare<[], NewestMessage>(
    `SELECT one.alert_id AS alertId, one.channel_id AS channelId, one.type, one.state,
       one.created_ms AS createdMs, one.sent_ms AS sentMs
     FROM (
       SELECT max(every.id) AS id FROM alert
       JOIN notification AS every ON every.alert_id = alert.id
       WHERE alert.state = 'firing' AND alert.historical = 0 AND every.state <> 'cancelled'
       GROUP BY every.alert_id, every.channel_id
     ) AS last JOIN notification AS one ON one.id = last.id`,
  )
  const free = and(
    eq(notifications.state, 'waiting'),
    eq(notifications.attempts, 0),
    isNull(notifications.groupId),
  )

  return {
    listGatherable: (dueByMs, nowMs, limit) => units.read(() => gatherable.all(dueByMs, nowMs, limit)),
    formGroups: (groups, nowMs) =>
      units.write(() => {
        let formed = 0
        for (const { memberIds, ...group } of groups) {
          const members = chunksOf(memberIds).flatMap((ids) =>
            orm
              .select({ id: notifications.id })
              .from(notifications)
              .where(and(inArray(notifications.id, ids), free))
              .all(),
          )
          if (members.length < 2) continue
          const stored = orm
            .insert(notifications)
            .values({
              ...group,
              alertId: null,
              type: 'alert.group',
              body: '',
              createdMs: nowMs,
              dueMs: nowMs,
              attempts: 0,
              state: 'waiting',
            })
            .onConflictDoNothing()
            .returning({ id: notifications.id })
            .all()
          for (const { id } of stored) {
            formed++
            for (const ids of chunksOf(members.map((member) => member.id)))
              orm.update(notifications).set({ groupId: id }).where(inArray(notifications.id, ids)).run()
          }
        }
        return formed
      }),
    async holdNotifications(notificationIds, untilMs) {
      await units.write(() => {
        for (const ids of chunksOf(notificationIds))
          orm
            .update(notifications)
            .set({ dueMs: untilMs })
            .where(and(inArray(notifications.id, ids), free))
            .run()
      })
    },
    async bringForward(byMs) {
      const { dueMs, leasedUntilMs } = notifications
      const earlier = {
        dueMs: sql`${dueMs} - ${byMs}`,
        leasedUntilMs: sql`max(0, ${leasedUntilMs} - ${byMs})`,
      }
      await units.write(() =>
        orm
          .update(notifications)
          .set(earlier)
          // As text, as the index of what waits has it.
          .where(eq(notifications.state, sql`'waiting'`))
          .run(),
      )
    },
    async leaveGroup(notificationId) {
      await units.write(() =>
        orm
          .update(notifications)
          .set({ groupId: null })
          .where(and(eq(notifications.id, notificationId), eq(notifications.state, 'waiting')))
          .run(),
      )
    },
    listNewestOfFiring: () => units.read(() => newest.all()),
    lastTold: (channelId, groupKey, nowMs, withinMs) =>
      units.read(
        () =>
          told.get(channelId, groupKey, nowMs - withinMs, nowMs + withinMs) ?? {
            lastMs: null,
            lastCriticalMs: null,
          },
      ),
  }
}

function chunksOf(ids: readonly number[]): number[][] {
  const chunks: number[][] = []
  for (let from = 0; from < ids.length; from += CHUNK) chunks.push(ids.slice(from, from + CHUNK))
  return chunks
}
