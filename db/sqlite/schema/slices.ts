/** Owns the table of slices: every revision of every one, so that what was once judged can still be named. */
import { integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import { models } from '@/db/sqlite/schema/models'

export const slices = sqliteTable(
  'slice',
  {
    // Numbers are never given twice: summaries stand under them.
    id: integer().primaryKey({ autoIncrement: true }),
    modelId: integer('model_id')
      .notNull()
      .references(() => models.id),
    name: text().notNull(),
    revision: integer().notNull(),
    /** SliceCondition[] as JSON. */
    conditions: text().notNull(),
    createdMs: integer('created_ms').notNull(),
    createdBy: text('created_by').notNull(),
    /** Changed or deleted; null while it is kept up. */
    endedMs: integer('ended_ms'),
    endedBy: text('ended_by'),
  },
  (table) => [unique('slice_revision').on(table.modelId, table.name, table.revision)],
)
