/** Owns the tables of users, sessions, API keys, settings and the audit log. */
import { index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { User } from '@/db/contracts/access-records'

export const users = sqliteTable('user', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull().unique(),
  role: text().$type<User['role']>().notNull(),
  passwordHash: text('password_hash').notNull(),
  createdMs: integer('created_ms').notNull(),
})

export const sessions = sqliteTable(
  'session',
  {
    tokenHash: text('token_hash').primaryKey(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    csrfToken: text('csrf_token').notNull(),
    createdMs: integer('created_ms').notNull(),
    lastSeenMs: integer('last_seen_ms').notNull(),
    expiresMs: integer('expires_ms').notNull(),
  },
  (table) => [index('session_expires').on(table.expiresMs)],
)

export const apiKeys = sqliteTable('api_key', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull(),
  /** KeyScope[] as JSON. */
  scopes: text().notNull(),
  prefix: text().notNull(),
  hash: text().notNull().unique(),
  createdMs: integer('created_ms').notNull(),
  createdBy: text('created_by').notNull(),
  lastUsedMs: integer('last_used_ms'),
  revokedMs: integer('revoked_ms'),
  /** When a key that has a successor stops working by itself; null for never. */
  expiresMs: integer('expires_ms'),
  /** The first key of the client, where this one succeeds it. */
  clientId: integer('client_id'),
  /** What an operator allows the client; null for no limit. */
  recordsPerSecond: real('records_per_second'),
  bytesPerSecond: real('bytes_per_second'),
})

export const settings = sqliteTable('setting', {
  name: text().primaryKey(),
  value: text().notNull(),
})

export const auditEntries = sqliteTable('audit_entry', {
  id: integer().primaryKey({ autoIncrement: true }),
  atMs: integer('at_ms').notNull(),
  actor: text().notNull(),
  action: text().notNull(),
  subject: text().notNull(),
})
