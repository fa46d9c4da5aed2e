/** Owns the tables of what is done to records before they are written, of validation counts, and of replayed refusals. */
import { index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import { models } from '@/db/sqlite/schema/models'

export const fieldRules = sqliteTable(
  'field_rule_set',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    modelId: integer('model_id')
      .notNull()
      .references(() => models.id),
    revision: integer().notNull(),
    /** FieldRule[] as JSON. */
    rules: text().notNull(),
    createdMs: integer('created_ms').notNull(),
    createdBy: text('created_by').notNull(),
  },
  (table) => [unique('field_rule_set_revision').on(table.modelId, table.revision)],
)

/** Clients have the number of their first key; names of fields are bounded by those of the profile. */
export const validationCounts = sqliteTable(
  'validation_count',
  {
    dayMs: integer('day_ms').notNull(),
    clientId: integer('client_id').notNull(),
    modelId: integer('model_id')
      .notNull()
      .references(() => models.id),
    field: text().notNull(),
    code: text().notNull(),
    count: integer().notNull(),
    lastMs: integer('last_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.dayMs, table.clientId, table.modelId, table.field, table.code] })],
)

/** Refused records, by their place in the log, that were taken later. */
export const replayedRefusals = sqliteTable(
  'replayed_refusal',
  {
    day: text().notNull(),
    seq: integer().notNull(),
    atMs: integer('at_ms').notNull(),
    actor: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.seq] }), index('replayed_refusal_at').on(table.atMs)],
)
