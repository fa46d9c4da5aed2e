/** Owns the tables of channels, the outbox, delivery attempts, and alerts of Plumbline about itself. */
import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import type { Notification, NotificationType } from '@/lib/domain/alert'
import type { ChannelKind } from '@/lib/domain/channel'
import type { Severity } from '@/lib/domain/monitor'
import type { SelfAlertKind } from '@/lib/domain/self-alert'

export const channels = sqliteTable('channel', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull(),
  kind: text().$type<ChannelKind>().notNull(),
  enabled: integer({ mode: 'boolean' }).notNull(),
  createdMs: integer('created_ms').notNull(),
  host: text().notNull(),
  url: text().notNull(),
  secret: text().notNull(),
  /** Deleted channels stay, without address and secret, for the history of what was sent. */
  deleted: integer({ mode: 'boolean' }).notNull().default(false),
  /** ChannelSettings as JSON. */
  settings: text().notNull().default('{}'),
  lastSuccessMs: integer('last_success_ms'),
  lastFailureMs: integer('last_failure_ms'),
  failuresInRow: integer('failures_in_row').notNull().default(0),
  lastError: text('last_error'),
  delivered: integer().notNull().default(0),
  failed: integer().notNull().default(0),
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
    selfAlertId: integer('self_alert_id'),
    /** What it is told together with, where its channel tells several alerts in one message. */
    groupKey: text('group_key'),
    /** The message in which it travels with others; its own row keeps what became of it. */
    groupId: integer('group_id'),
  },
  (table) => [
    // The same message is queued once, even if a judgement is repeated after a crash.
    unique('notification_key').on(table.channelId, table.key),
    index('notification_waiting').on(table.dueMs).where(sql`state = 'waiting'`),
    index('notification_order').on(table.channelId, table.alertId, table.id).where(sql`state = 'waiting'`),
    index('notification_alert').on(table.alertId),
    index('notification_self_alert').on(table.selfAlertId).where(sql`self_alert_id IS NOT NULL`),
    index('notification_group').on(table.groupId).where(sql`group_id IS NOT NULL`),
    index('notification_group_sent')
      .on(table.channelId, table.groupKey, table.sentMs)
      .where(sql`group_key IS NOT NULL AND state = 'sent'`),
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

export const selfAlerts = sqliteTable(
  'self_alert',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    kind: text().$type<SelfAlertKind>().notNull(),
    subject: text().notNull(),
    severity: text().$type<Severity>().notNull(),
    title: text().notNull(),
    text: text().notNull(),
    firedMs: integer('fired_ms').notNull(),
    resolvedMs: integer('resolved_ms'),
    dedupKey: text('dedup_key').notNull().unique(),
    acknowledgedBy: text('acknowledged_by'),
    acknowledgedMs: integer('acknowledged_ms'),
    silencedUntilMs: integer('silenced_until_ms'),
    silenceReason: text('silence_reason'),
  },
  (table) => [index('self_alert_open').on(table.kind, table.subject).where(sql`resolved_ms IS NULL`)],
)
