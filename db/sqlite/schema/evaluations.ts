/** Owns the tables of evaluations and of what the state machine remembers. */
import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, real, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import { monitors } from '@/db/sqlite/schema/profiles'
import type { MonitorStateName } from '@/lib/domain/alert'
import type { Verdict } from '@/lib/domain/evaluation'

export const evaluations = sqliteTable(
  'evaluation',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    versionId: integer('version_id').notNull(),
    monitorId: integer('monitor_id')
      .notNull()
      .references(() => monitors.id),
    windowStartMs: integer('window_start_ms').notNull(),
    windowEndMs: integer('window_end_ms').notNull(),
    revision: integer().notNull(),
    /** Whether this is the newest revision of its window. */
    isNewest: integer('is_newest', { mode: 'boolean' }).notNull(),
    verdict: text().$type<Verdict>().notNull(),
    value: real(),
    limit: real('limit_value'),
    n: integer().notNull(),
    nReference: integer('n_reference'),
    pValue: real('p_value'),
    pCorrected: real('p_corrected'),
    reason: text().notNull(),
    historical: integer({ mode: 'boolean' }).notNull(),
    evaluatedMs: integer('evaluated_ms').notNull(),
  },
  (table) => [
    unique('evaluation_revision').on(table.monitorId, table.windowStartMs, table.revision),
    // Pages and exports read the newest revisions of a version by time.
    index('evaluation_version_window').on(table.versionId, table.windowStartMs).where(sql`is_newest = 1`),
    // Retention deletes by time over all versions.
    index('evaluation_window').on(table.windowStartMs),
    // The driver stores Infinity as it is; no reader expects it.
    check('evaluation_value_finite', sql`value IS NULL OR abs(value) <= 1.7976931348623157e308`),
    check('evaluation_limit_finite', sql`limit_value IS NULL OR abs(limit_value) <= 1.7976931348623157e308`),
  ],
)

/** What explains an evaluation, apart because lists leave it out and it is many times longer. */
export const evaluationDetails = sqliteTable('evaluation_detail', {
  evaluationId: integer('evaluation_id')
    .primaryKey()
    .references(() => evaluations.id, { onDelete: 'cascade' }),
  /** EvaluationDetail as JSON. */
  detail: text().notNull(),
})

/**
 * The worst newest evaluation of each metric and window, kept up by every verdict: a chart over all columns reads one
 * row a window instead of ranking all of them. It repeats what a point shows, so that nothing has to be looked up.
 */
export const worstEvaluations = sqliteTable(
  'worst_evaluation',
  {
    versionId: integer('version_id').notNull(),
    metric: text().notNull(),
    windowStartMs: integer('window_start_ms').notNull(),
    evaluationId: integer('evaluation_id')
      .notNull()
      .references(() => evaluations.id, { onDelete: 'cascade' }),
    monitorId: integer('monitor_id').notNull(),
    windowEndMs: integer('window_end_ms').notNull(),
    verdict: text().$type<Verdict>().notNull(),
    value: real(),
    limit: real('limit_value'),
    n: integer().notNull(),
    revision: integer().notNull(),
    /** Monitors judged, and how many of them breached. */
    judged: integer().notNull(),
    breached: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.versionId, table.metric, table.windowStartMs] }),
    // Deleting evaluations looks for their rows here.
    index('worst_evaluation_evaluation').on(table.evaluationId),
  ],
)

export const monitorStates = sqliteTable('monitor_state', {
  monitorId: integer('monitor_id')
    .primaryKey()
    .references(() => monitors.id),
  state: text().$type<MonitorStateName>().notNull(),
  /** (0 | 1)[] as JSON. */
  recent: text().notNull(),
  calm: integer().notNull(),
  onsetMs: integer('onset_ms'),
  lastWindowStartMs: integer('last_window_start_ms'),
  lastVerdict: text('last_verdict').$type<Verdict>(),
  /** RememberedWindow[] as JSON. */
  memory: text(),
})
