/** Owns the queries of users and their sessions. */
import { count, eq, lte } from 'drizzle-orm'
import type { AccessRecords } from '@/db/contracts/access-records'
import type { Handle } from '@/db/sqlite/metadata/database'
import { sessions, users } from '@/db/sqlite/schema/access'
import { AppError } from '@/lib/domain/errors'

type UserQueries = Pick<
  AccessRecords,
  | 'countUsers'
  | 'addFirstUser'
  | 'findUser'
  | 'findUserById'
  | 'addSession'
  | 'findSession'
  | 'touchSession'
  | 'deleteSession'
  | 'deleteExpiredSessions'
>

export function createUserQueries({ orm, units }: Handle): UserQueries {
  const countRows = () => orm.select({ users: count() }).from(users).get()?.users ?? 0

  return {
    countUsers: () => units.read(countRows),
    addFirstUser: (user) =>
      units.write(() => {
        if (countRows() > 0) throw new AppError('conflict', 'There is an administrator already.')
        return orm.insert(users).values(user).returning().get()
      }),
    findUser: (name) => units.read(() => orm.select().from(users).where(eq(users.name, name)).get() ?? null),
    findUserById: (userId) =>
      units.read(() => orm.select().from(users).where(eq(users.id, userId)).get() ?? null),
    async addSession(session) {
      await units.write(() => orm.insert(sessions).values(session).run())
    },
    findSession: (tokenHash) =>
      units.read(
        () =>
          orm
            .select({ session: sessions, user: users })
            .from(sessions)
            .innerJoin(users, eq(users.id, sessions.userId))
            .where(eq(sessions.tokenHash, tokenHash))
            .get() ?? null,
      ),
    async touchSession(tokenHash, nowMs) {
      await units.write(() =>
        orm.update(sessions).set({ lastSeenMs: nowMs }).where(eq(sessions.tokenHash, tokenHash)).run(),
      )
    },
    async deleteSession(tokenHash) {
      await units.write(() => orm.delete(sessions).where(eq(sessions.tokenHash, tokenHash)).run())
    },
    deleteExpiredSessions: (nowMs) =>
      units.write(() => orm.delete(sessions).where(lte(sessions.expiresMs, nowMs)).run().changes),
  }
}
