/** Owns the tables of alerts and their history. */
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { models, versions } from '@/db/sqlite/schema/models'
import type { Alert, AlertEvent, AlertJudgement, AlertState } from '@/lib/domain/alert'
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
    /** Who looks after it. */
    assignee: text(),
    /** What a person found it to be. */
    judgement: text().$type<AlertJudgement>(),
    judgedBy: text('judged_by'),
    judgedMs: integer('judged_ms'),
    /** When a person first opened its page. */
    firstSeenMs: integer('first_seen_ms'),
    /** The slice it is about, with its name, which never changes; null: the whole version. */
    sliceId: integer('slice_id'),
    sliceName: text('slice_name'),
  },
  (table) => [
    index('alert_version').on(table.versionId, table.state),
    index('alert_fired').on(table.firedMs),
  ],
)

/** Every monitor that ever took part in an alert, also when it has left it since. */
export const alertMembers = sqliteTable(
  'alert_member',
  {
    alertId: integer('alert_id')
      .notNull()
      .references(() => alerts.id),
    monitorId: integer('monitor_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.alertId, table.monitorId] }),
    index('alert_member_monitor').on(table.monitorId),
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

/** Silences by what they match; that of a single alert stands with the alert. */
export const silences = sqliteTable(
  'silence',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    createdMs: integer('created_ms').notNull(),
    createdBy: text('created_by').notNull(),
    reason: text().notNull(),
    startsMs: integer('starts_ms').notNull(),
    endsMs: integer('ends_ms').notNull(),
    /** SilenceMatcher[] as JSON. */
    matchers: text().notNull(),
    /** Ended by hand, before its time. */
    endedBy: text('ended_by'),
    /** When people were told that it ends, or has ended. */
    noticeMs: integer('notice_ms'),
  },
  (table) => [index('silence_ends').on(table.endsMs)],
)
