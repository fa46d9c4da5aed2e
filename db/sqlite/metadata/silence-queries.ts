/** Owns the queries of silences that match alerts. */
import { desc, eq, gt, lt, sql } from 'drizzle-orm'
import type { SilenceRecords } from '@/db/contracts/silence-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { silences } from '@/db/sqlite/schema/alerts'
import { AppError } from '@/lib/domain/errors'
import type { Silence } from '@/lib/domain/silence'

function toSilence({ matchers, noticeMs: _, ...row }: typeof silences.$inferSelect): Silence {
  return { ...row, matchers: fromJson(matchers) }
}

export function createSilenceQueries({ orm, units }: Handle): SilenceRecords {
  const endingAfter = orm
    .select()
    .from(silences)
    .where(gt(silences.endsMs, sql.placeholder('endsAfterMs')))
    .orderBy(desc(silences.endsMs), desc(silences.id))
    .limit(sql.placeholder('limit'))
    .prepare()

  return {
    addSilence: ({ matchers, ...silence }) =>
      units.write(() => {
        const values = { ...silence, matchers: JSON.stringify(matchers) }
        return toSilence(orm.insert(silences).values(values).returning().get())
      }),
    listSilences: (endsAfterMs, limit) =>
      units.read(() => endingAfter.all({ endsAfterMs, limit }).map(toSilence)),
    findSilence: (silenceId) =>
      units.read(() => {
        const row = orm.select().from(silences).where(eq(silences.id, silenceId)).get()
        return row ? toSilence(row) : null
      }),
    endSilence: (silenceId, endedBy, nowMs) =>
      units.write(() => {
        const row = orm
          .update(silences)
          .set({ endedBy, endsMs: nowMs })
          .where(eq(silences.id, silenceId))
          .returning()
          .get()
        if (!row) throw new AppError('not_found', 'There is no such silence.')
        return toSilence(row)
      }),
    deleteSilencesBefore: (instantMs) =>
      units.write(() => orm.delete(silences).where(lt(silences.endsMs, instantMs)).run().changes),
  }
}
