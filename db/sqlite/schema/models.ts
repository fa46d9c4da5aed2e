/** Owns the tables of models, versions and columns. */
import { integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import type { Family } from '@/lib/domain/column'
import type { DeploymentMode } from '@/lib/domain/model'

export const models = sqliteTable('model', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull().unique(),
  createdMs: integer('created_ms').notNull(),
  /** ModelSettings as JSON. */
  settings: text().notNull(),
})

export const versions = sqliteTable(
  'version',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    modelId: integer('model_id')
      .notNull()
      .references(() => models.id),
    name: text().notNull(),
    mode: text().$type<DeploymentMode>().notNull(),
    createdMs: integer('created_ms').notNull(),
    profileId: integer('profile_id'),
  },
  (table) => [unique('version_name').on(table.modelId, table.name)],
)

/** Columns have numbers from 1 within their version: the series store's keys. */
export const columns = sqliteTable(
  'column_name',
  {
    versionId: integer('version_id')
      .notNull()
      .references(() => versions.id),
    columnId: integer('column_id').notNull(),
    family: text().$type<Family>().notNull(),
    name: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.versionId, table.columnId] }),
    unique('column_family_name').on(table.versionId, table.family, table.name),
  ],
)
