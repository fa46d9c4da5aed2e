/** Owns the tables of channels, the outbox and delivery attempts. */
import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import type { Channel, Notification, NotificationType } from '@/lib/domain/alert'

export const channels = sqliteTable('channel', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull(),
  kind: text().$type<Channel['kind']>().notNull(),
  enabled: integer({ mode: 'boolean' }).notNull(),
  createdMs: integer('created_ms').notNull(),
  host: text().notNull(),
  url: text().notNull(),
  secret: text().notNull(),
  /** Deleted channels stay, without address and secret, for the history of what was sent. */
  deleted: integer({ mode: 'boolean' }).notNull().default(false),
})

export const notifications = sqliteTable(
  'notification',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    channelId: integer('channel_id')
      .notNull()
      .references(() => channels.id),
    alertId: integer('alert_id'),
    type: text().$type<NotificationType>().notNull(),
    key: text().notNull(),
    body: text().notNull(),
    createdMs: integer('created_ms').notNull(),
    dueMs: integer('due_ms').notNull(),
    attempts: integer().notNull(),
    state: text().$type<Notification['state']>().notNull(),
    lastError: text('last_error'),
    sentMs: integer('sent_ms'),
    /** While it is being sent: not to be claimed before this instant. */
    leasedUntilMs: integer('leased_until_ms').notNull().default(0),
  },
  (table) => [
    // The same message is queued once, even if a judgement is repeated after a crash.
    unique('notification_key').on(table.channelId, table.key),
    index('notification_waiting').on(table.dueMs).where(sql`state = 'waiting'`),
    index('notification_order').on(table.channelId, table.alertId, table.id).where(sql`state = 'waiting'`),
    index('notification_alert').on(table.alertId),
  ],
)

export const deliveryAttempts = sqliteTable(
  'delivery_attempt',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    notificationId: integer('notification_id')
      .notNull()
      .references(() => notifications.id),
    atMs: integer('at_ms').notNull(),
    durationMs: integer('duration_ms').notNull(),
    status: integer(),
    error: text(),
  },
  (table) => [index('delivery_attempt_notification').on(table.notificationId)],
)
