/** Owns the tables of bucket summaries, stage positions, due windows and labels. */
import { blob, index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Clustered by its key: all columns of a span of time are one contiguous range. */
export const summaries = sqliteTable(
  'summary',
  {
    versionId: integer('version_id').notNull(),
    profileId: integer('profile_id').notNull(),
    /** 0 minute, 1 hour, 2 day. */
    level: integer().notNull(),
    startMs: integer('start_ms').notNull(),
    columnId: integer('column_id').notNull(),
    bytes: blob({ mode: 'buffer' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.versionId, table.profileId, table.level, table.startMs, table.columnId] }),
  ],
)

/**
 * Buckets whose newest records came more than a day after they ended: back-fills. Their retention counts from
 * that arrival. Live buckets have no row here.
 */
export const lateBuckets = sqliteTable(
  'late_bucket',
  {
    versionId: integer('version_id').notNull(),
    profileId: integer('profile_id').notNull(),
    level: integer().notNull(),
    startMs: integer('start_ms').notNull(),
    arrivedMs: integer('arrived_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.versionId, table.profileId, table.level, table.startMs] })],
)

export const stagePositions = sqliteTable('stage_position', {
  stage: text().primaryKey(),
  day: text().notNull(),
  seq: integer().notNull(),
})

export const dueWindows = sqliteTable(
  'due_window',
  {
    versionId: integer('version_id').notNull(),
    startMs: integer('start_ms').notNull(),
    endMs: integer('end_ms').notNull(),
    dueMs: integer('due_ms').notNull(),
    backfill: integer({ mode: 'boolean' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.versionId, table.startMs, table.endMs] }),
    index('due_window_due').on(table.dueMs),
  ],
)

export const joinedLabels = sqliteTable(
  'joined_label',
  {
    modelId: integer('model_id').notNull(),
    predictionId: text('prediction_id').notNull(),
    versionId: integer('version_id').notNull(),
    recordMs: integer('record_ms').notNull(),
    labelMs: integer('label_ms').notNull(),
    actual: text().notNull(),
    predicted: text().notNull(),
    score: real(),
    /** Later of the record's time and the label's arrival: retention counts from it. */
    keepFromMs: integer('keep_from_ms').notNull(),
    /** number[] as JSON: the slices whose quality it was counted in; null for none. */
    slices: text(),
  },
  (table) => [
    primaryKey({ columns: [table.modelId, table.predictionId] }),
    index('joined_label_keep_from').on(table.keepFromMs),
  ],
)

export const pendingLabels = sqliteTable(
  'pending_label',
  {
    modelId: integer('model_id').notNull(),
    predictionId: text('prediction_id').notNull(),
    labelMs: integer('label_ms').notNull(),
    actual: text().notNull(),
    receivedMs: integer('received_ms').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.modelId, table.predictionId] }),
    // Compaction gives up on labels by the time they came.
    index('pending_label_received').on(table.receivedMs),
  ],
)

export const pendingEvents = sqliteTable(
  'pending_event',
  {
    modelId: integer('model_id').notNull(),
    predictionId: text('prediction_id').notNull(),
    event: text().notNull(),
    receivedMs: integer('received_ms').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.modelId, table.predictionId, table.event] }),
    // Compaction gives up on events by the time they came.
    index('pending_event_received').on(table.receivedMs),
  ],
)

/** How far a version's records reach, written with their summaries. */
export const versionSpans = sqliteTable('version_span', {
  versionId: integer('version_id').primaryKey(),
  firstMs: integer('first_ms').notNull(),
  lastMs: integer('last_ms').notNull(),
  receivedMs: integer('received_ms').notNull(),
  records: integer().notNull(),
})
