/** Owns the table of metrics that people define. */
import { integer, real, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import { models } from '@/db/sqlite/schema/models'
import type { Aggregate, CustomBaseline, Direction } from '@/lib/domain/custom-metric'

/** One row for every revision; the newest of a name holds. */
export const customMetrics = sqliteTable(
  'custom_metric',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    modelId: integer('model_id')
      .notNull()
      .references(() => models.id),
    name: text().notNull(),
    revision: integer().notNull(),
    expression: text().notNull(),
    aggregate: text().$type<Aggregate>().notNull(),
    /** ExpressionFields as JSON. */
    fields: text().notNull(),
    unit: text(),
    bad: text().$type<Direction>().notNull(),
    baseline: text().$type<CustomBaseline>().notNull(),
    fixedLimit: real('fixed_limit'),
    /** The revision that began the stored series; null: this one. */
    seriesId: integer('series_id'),
    isRemoved: integer('is_removed', { mode: 'boolean' }).notNull(),
    createdMs: integer('created_ms').notNull(),
    createdBy: text('created_by').notNull(),
    why: text().notNull(),
    /** string[] as JSON: names of the slices that it is counted in beside the whole; null for none. */
    slices: text(),
  },
  (table) => [unique('custom_metric_revision').on(table.modelId, table.name, table.revision)],
)
