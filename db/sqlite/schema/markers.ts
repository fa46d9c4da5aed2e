/** Owns the table of change markers. */
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { MarkerKind } from '@/lib/domain/marker'

/** Models and versions by name: a deploy is often marked before its first record. */
export const markers = sqliteTable(
  'marker',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    atMs: integer('at_ms').notNull(),
    kind: text().$type<MarkerKind>().notNull(),
    title: text().notNull(),
    model: text(),
    version: text(),
    link: text(),
    createdBy: text('created_by').notNull(),
    createdMs: integer('created_ms').notNull(),
  },
  (table) => [index('marker_at').on(table.atMs)],
)
