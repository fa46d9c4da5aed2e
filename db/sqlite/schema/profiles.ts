/** Owns the tables of reference profiles and monitors. */
import { index, integer, real, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import { versions } from '@/db/sqlite/schema/models'
import type { Family } from '@/lib/domain/column'
import type { MetricId } from '@/lib/domain/metric'
import type { BaselineKind, Cause, Severity } from '@/lib/domain/monitor'
import type { ProfileStatus } from '@/lib/domain/profile'

export const profiles = sqliteTable(
  'profile',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    versionId: integer('version_id')
      .notNull()
      .references(() => versions.id),
    revision: integer().notNull(),
    status: text().$type<ProfileStatus>().notNull(),
    createdMs: integer('created_ms').notNull(),
    activatedMs: integer('activated_ms'),
    /** Profile as JSON, without its chunks. */
    body: text().notNull(),
    /** ReferenceChunk[] as JSON, apart because lists do not need them. */
    chunks: text().notNull(),
  },
  (table) => [unique('profile_revision').on(table.versionId, table.revision)],
)

export const monitors = sqliteTable(
  'monitor',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    versionId: integer('version_id')
      .notNull()
      .references(() => versions.id),
    profileId: integer('profile_id')
      .notNull()
      .references(() => profiles.id),
    metric: text().$type<MetricId>().notNull(),
    family: text().$type<Family>(),
    columnName: text('column_name'),
    baseline: text().$type<BaselineKind>().notNull(),
    method: text(),
    effectFloor: real('effect_floor').notNull(),
    cause: text().$type<Cause>().notNull(),
    severity: text().$type<Severity>().notNull(),
    /** FiringPolicy as JSON. */
    policy: text().notNull(),
    enabled: integer({ mode: 'boolean' }).notNull(),
    /** Limit set by hand, in place of the calibrated one. */
    fixedLimit: real('fixed_limit'),
    /** Who is asked first, and what to do, where that is not the model's. */
    owner: text(),
    runbookUrl: text('runbook_url'),
    /** The slice it watches, with its name, which never changes; null: the whole version. */
    sliceId: integer('slice_id'),
    sliceName: text('slice_name'),
  },
  // A version's monitors are read by its active profile; evaluations find theirs by version.
  (table) => [index('monitor_version').on(table.versionId, table.profileId)],
)

/** What people changed about monitors, with who, when and why. */
export const monitorRevisions = sqliteTable(
  'monitor_revision',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    monitorId: integer('monitor_id')
      .notNull()
      .references(() => monitors.id),
    atMs: integer('at_ms').notNull(),
    actor: text().notNull(),
    why: text().notNull(),
    /** The changed settings before and after, as JSON. */
    before: text().notNull(),
    after: text().notNull(),
  },
  (table) => [index('monitor_revision_monitor').on(table.monitorId)],
)
