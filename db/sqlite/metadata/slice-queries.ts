/** Owns the queries of slices, and of the monitors and verdicts that are about one. */
import { and, asc, desc, eq, inArray, isNull, ne, type SQL, sql } from 'drizzle-orm'
import type { SliceRecords } from '@/db/contracts/slice-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { selectEvaluations, toEvaluationRow } from '@/db/sqlite/metadata/evaluation-rows'
import { insertMonitors, toMonitor } from '@/db/sqlite/metadata/monitor-queries'
import { versions } from '@/db/sqlite/schema/models'
import { monitors } from '@/db/sqlite/schema/profiles'
import { slices } from '@/db/sqlite/schema/slices'
import { AppError } from '@/lib/domain/errors'
import type { Monitor } from '@/lib/domain/monitor'
import type { Slice } from '@/lib/domain/slice'

function toSlice({ conditions, ...row }: typeof slices.$inferSelect): Slice {
  return { ...row, conditions: fromJson(conditions) }
}

/** What a monitor is about, within its slice, version and profile. */
const ruleOf = ({ metric, column }: Pick<Monitor, 'metric' | 'column'>) =>
  JSON.stringify([metric, column?.family, column?.name])

export function createSliceQueries({ orm, units }: Handle): SliceRecords {
  const isKept = isNull(slices.endedMs)
  const selectKept = (of?: SQL) =>
    orm.select().from(slices).where(and(isKept, of)).orderBy(asc(slices.id)).prepare()
  const kept = selectKept()
  const keptOfModel = selectKept(eq(slices.modelId, sql.placeholder('modelId')))
  const end = (sliceId: number, endedBy: string, endedMs: number) =>
    orm
      .update(slices)
      .set({ endedMs, endedBy })
      .where(and(eq(slices.id, sliceId), isKept))
      .run().changes > 0

  return {
    listSlices: (modelId) =>
      units.read(() => {
        const rows = modelId === undefined ? kept.all() : keptOfModel.all({ modelId })
        return rows.map(toSlice)
      }),
    listSliceRevisions: (modelId, limit) =>
      units.read(() =>
        orm
          .select()
          .from(slices)
          .where(eq(slices.modelId, modelId))
          .orderBy(desc(slices.id))
          .limit(limit)
          .all()
          .map(toSlice),
      ),
    findSlice: (sliceId) =>
      units.read(() => {
        const row = orm.select().from(slices).where(eq(slices.id, sliceId)).get()
        return row ? toSlice(row) : null
      }),
    putSlice: ({ conditions, ...wish }, maxSlices) =>
      units.write(() => {
        const isNamed = and(eq(slices.modelId, wish.modelId), eq(slices.name, wish.name))
        const newest = orm.select().from(slices).where(isNamed).orderBy(desc(slices.revision)).limit(1).get()
        const text = JSON.stringify(conditions)
        if (newest && newest.endedMs === null) {
          if (newest.conditions === text) return toSlice(newest)
          end(newest.id, wish.createdBy, wish.createdMs)
        }
        const others = and(eq(slices.modelId, wish.modelId), isKept, ne(slices.name, wish.name))
        if (orm.select().from(slices).where(others).all().length >= maxSlices)
          throw new AppError('conflict', `A model can have ${maxSlices} slices.`, {
            reason: 'too_many_slices',
          })
        const revision = (newest?.revision ?? 0) + 1
        return toSlice(
          orm
            .insert(slices)
            .values({ ...wish, revision, conditions: text })
            .returning()
            .get(),
        )
      }),
    endSlice: (sliceId, endedBy, nowMs) => units.write(() => end(sliceId, endedBy, nowMs)),
    addSliceMonitors: (sliceId, added) =>
      units.write(() => {
        const [first] = added
        if (!first) return
        const { versionId, profileId } = first
        const sameOnes = [eq(monitors.versionId, versionId), eq(monitors.profileId, profileId)]
        const known = orm
          .select()
          .from(monitors)
          .where(and(...sameOnes, eq(monitors.sliceId, sliceId)))
          .all()
          .map((row) => ruleOf(toMonitor(row)))
        const fresh = added.filter((monitor) => !known.includes(ruleOf(monitor)))
        insertMonitors(orm, fresh)
      }),
    listSliceMonitors: (versionId, profileId) =>
      units.read(() =>
        orm
          .select({ monitor: monitors })
          .from(monitors)
          .innerJoin(slices, and(eq(slices.id, monitors.sliceId), isKept))
          .innerJoin(
            versions,
            and(eq(versions.id, monitors.versionId), eq(monitors.profileId, profileId ?? versions.profileId)),
          )
          .where(eq(monitors.versionId, versionId))
          .orderBy(asc(monitors.id))
          .all()
          .map(({ monitor }) => toMonitor(monitor)),
      ),
    latestSliceEvaluations: (versionIds) =>
      units.read(() => {
        const wanted = orm
          .select({ id: monitors.id, sliceId: monitors.sliceId })
          .from(monitors)
          .innerJoin(slices, and(eq(slices.id, monitors.sliceId), isKept))
          .innerJoin(
            versions,
            and(eq(versions.id, monitors.versionId), eq(monitors.profileId, versions.profileId)),
          )
          .where(inArray(monitors.versionId, [...versionIds]))
          .all()
        const sliceOf = new Map(wanted.map(({ id, sliceId }) => [id, sliceId]))
        const newest = sql`(SELECT e.id FROM evaluation AS e WHERE e.monitor_id = ${monitors.id}
          ORDER BY e.window_start_ms DESC, e.revision DESC LIMIT 1)`
        return selectEvaluations(orm, false)
          .where(and(inArray(monitors.id, [...sliceOf.keys()]), sql`evaluation.id = ${newest}`))
          .orderBy(asc(monitors.id))
          .all()
          .map((row) => ({ ...toEvaluationRow(row), sliceId: sliceOf.get(row.monitorId) ?? 0 }))
      }),
  }
}
