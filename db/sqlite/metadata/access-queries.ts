/** Owns the queries of API keys, settings and the audit log. */
import { and, asc, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import type { AccessRecords, ApiKey, NewApiKey } from '@/db/contracts/access-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { apiKeys, auditEntries, settings } from '@/db/sqlite/schema/access'

function toKey(row: typeof apiKeys.$inferSelect): ApiKey {
  return { ...row, scopes: fromJson(row.scopes) }
}

type AccessQueries = Pick<
  AccessRecords,
  | 'addKey'
  | 'findKeyByHash'
  | 'listKeys'
  | 'revokeKey'
  | 'updateKeys'
  | 'addSuccessor'
  | 'touchKeys'
  | 'getSetting'
  | 'setSetting'
  | 'addAudit'
  | 'listAudit'
>

export function createAccessQueries({ orm, units }: Handle): AccessQueries {
  const settingOf = orm
    .select()
    .from(settings)
    .where(eq(settings.name, sql.placeholder('name')))
    .prepare()
  const insertKey = (key: NewApiKey): ApiKey => {
    const values = { ...key, scopes: JSON.stringify(key.scopes) }
    return toKey(orm.insert(apiKeys).values(values).returning().get())
  }
  return {
    addKey: (key) => units.write(() => insertKey(key)),
    addSuccessor: (keyId, successor, expiresMs) =>
      units.write(() => {
        orm.update(apiKeys).set({ expiresMs }).where(eq(apiKeys.id, keyId)).run()
        return insertKey(successor)
      }),
    async updateKeys(keyIds, change) {
      await units.write(() => {
        for (const id of keyIds) orm.update(apiKeys).set(change).where(eq(apiKeys.id, id)).run()
      })
    },
    findKeyByHash: (hash) =>
      units.read(() => {
        const row = orm.select().from(apiKeys).where(eq(apiKeys.hash, hash)).get()
        return row ? toKey(row) : null
      }),
    listKeys: () => units.read(() => orm.select().from(apiKeys).orderBy(asc(apiKeys.id)).all().map(toKey)),
    async revokeKey(keyId, nowMs) {
      await units.write(() =>
        orm
          .update(apiKeys)
          .set({ revokedMs: nowMs })
          .where(and(eq(apiKeys.id, keyId), isNull(apiKeys.revokedMs)))
          .run(),
      )
    },
    async touchKeys(used) {
      await units.write(() => {
        for (const { keyId, atMs } of used) {
          const lastUsedMs = sql`max(coalesce(${apiKeys.lastUsedMs}, 0), ${atMs})`
          orm.update(apiKeys).set({ lastUsedMs }).where(eq(apiKeys.id, keyId)).run()
        }
      })
    },
    getSetting: (name) => units.read(() => settingOf.get({ name })?.value ?? null),
    async setSetting(name, value) {
      await units.write(() => {
        if (value === null) orm.delete(settings).where(eq(settings.name, name)).run()
        else {
          orm
            .insert(settings)
            .values({ name, value })
            .onConflictDoUpdate({ target: settings.name, set: { value } })
            .run()
        }
      })
    },
    async addAudit({ atMs, actor, action, subject }) {
      await units.write(() => orm.insert(auditEntries).values({ atMs, actor, action, subject }).run())
    },
    listAudit: (limit, before = null) =>
      units.read(() =>
        orm
          .select()
          .from(auditEntries)
          .where(before === null ? undefined : lt(auditEntries.id, before))
          .orderBy(desc(auditEntries.id))
          .limit(limit)
          .all(),
      ),
  }
}
