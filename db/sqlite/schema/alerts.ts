/** Owns the tables of alerts and their history. */
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { models, versions } from '@/db/sqlite/schema/models'
import type { Alert, AlertEvent, AlertState } from '@/lib/domain/alert'
import type { Cause, Severity } from '@/lib/domain/monitor'

export const alerts = sqliteTable(
  'alert',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    modelId: integer('model_id')
      .notNull()
      .references(() => models.id),
    versionId: integer('version_id')
      .notNull()
      .references(() => versions.id),
    cause: text().$type<Cause>().notNull(),
    severity: text().$type<Severity>().notNull(),
    state: text().$type<AlertState>().notNull(),
    onsetMs: integer('onset_ms').notNull(),
    firedMs: integer('fired_ms').notNull(),
    resolvedMs: integer('resolved_ms'),
    resolution: text().$type<Alert['resolution']>(),
    title: text().notNull(),
    summary: text().notNull(),
    /** AlertMember[] as JSON. */
    members: text().notNull(),
    inhibitedBy: integer('inhibited_by'),
    historical: integer({ mode: 'boolean' }).notNull(),
    acknowledgedBy: text('acknowledged_by'),
    acknowledgedMs: integer('acknowledged_ms'),
    silencedUntilMs: integer('silenced_until_ms'),
    silenceReason: text('silence_reason'),
    dedupKey: text('dedup_key').notNull().unique(),
  },
  (table) => [
    index('alert_version').on(table.versionId, table.state),
    index('alert_fired').on(table.firedMs),
  ],
)

export const alertEvents = sqliteTable(
  'alert_event',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    alertId: integer('alert_id')
      .notNull()
      .references(() => alerts.id),
    atMs: integer('at_ms').notNull(),
    kind: text().$type<AlertEvent['kind']>().notNull(),
    actor: text().notNull(),
    note: text().notNull(),
  },
  (table) => [index('alert_event_alert').on(table.alertId)],
)
