/**
 * Generates migrations: `npx drizzle-kit generate --name <change>`. Before its first release, a generated file
 * is completed by hand: every table is made STRICT, and tables clustered by their key WITHOUT ROWID.
 */
import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './db/sqlite/schema/*.ts',
  out: './db/sqlite/migrations',
})
