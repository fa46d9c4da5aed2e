/** Owns the queries of rules of fields, counts of validation, and refused records that were taken later. */
import { and, asc, desc, eq, gte, inArray, lt, max, sql, sum } from 'drizzle-orm'
import type {
  RefusalPlace,
  RuleRecords,
  StoredFieldRules,
  ValidationCount,
} from '@/db/contracts/rule-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { models } from '@/db/sqlite/schema/models'
import { fieldRules, replayedRefusals, validationCounts } from '@/db/sqlite/schema/rules'
import { AppError } from '@/lib/domain/errors'
import type { FieldRule } from '@/lib/domain/field-rule'

type Row = Omit<StoredFieldRules, 'rules'> & { rules: string }

const toRules = (row: Row): StoredFieldRules => ({ ...row, rules: fromJson<FieldRule[]>(row.rules) })

const RULE_FIELDS = {
  modelId: fieldRules.modelId,
  model: models.name,
  revision: fieldRules.revision,
  rules: fieldRules.rules,
  createdMs: fieldRules.createdMs,
  createdBy: fieldRules.createdBy,
}

export function createRuleQueries({ orm, units }: Handle): RuleRecords {
  const select = () =>
    orm.select(RULE_FIELDS).from(fieldRules).innerJoin(models, eq(models.id, fieldRules.modelId))
  const ofModel = (modelId: number, limit: number) =>
    select()
      .where(eq(fieldRules.modelId, modelId))
      .orderBy(desc(fieldRules.revision))
      .limit(limit)
      .all()
      .map(toRules)

  function addCount(count: ValidationCount, rows: number, maxRows: number): number {
    const { dayMs, clientId, modelId, code } = count
    const same = and(
      eq(validationCounts.dayMs, dayMs),
      eq(validationCounts.clientId, clientId),
      eq(validationCounts.modelId, modelId),
      eq(validationCounts.field, count.field),
      eq(validationCounts.code, code),
    )
    const isNew = orm.select({ one: sql`1` }).from(validationCounts).where(same).get() === undefined
    const field = isNew && rows >= maxRows ? '' : count.field
    orm
      .insert(validationCounts)
      .values({ ...count, field })
      .onConflictDoUpdate({
        target: [
          validationCounts.dayMs,
          validationCounts.clientId,
          validationCounts.modelId,
          validationCounts.field,
          validationCounts.code,
        ],
        set: {
          count: sql`${validationCounts.count} + ${count.count}`,
          lastMs: sql`max(${validationCounts.lastMs}, ${count.lastMs})`,
        },
      })
      .run()
    return isNew && field === count.field ? rows + 1 : rows
  }

  return {
    addFieldRules: (modelId, rules, createdBy, nowMs, expected) =>
      units.write(() => {
        const newest = ofModel(modelId, 1)[0]?.revision ?? 0
        if (expected !== null && expected !== newest) {
          throw new AppError('conflict', 'Somebody else changed these rules meanwhile. Load them again.', {
            reason: 'stale_revision',
            revision: newest,
          })
        }
        const values = {
          modelId,
          revision: newest + 1,
          rules: JSON.stringify(rules),
          createdMs: nowMs,
          createdBy,
        }
        orm.insert(fieldRules).values(values).run()
        return ofModel(modelId, 1)[0] as StoredFieldRules
      }),
    listFieldRules: (modelId, limit) => units.read(() => ofModel(modelId, limit)),
    findFieldRules: (modelId, revision) =>
      units.read(() => {
        const row = select()
          .where(and(eq(fieldRules.modelId, modelId), eq(fieldRules.revision, revision)))
          .get()
        return row ? toRules(row) : null
      }),
    currentFieldRules: () =>
      units.read(() => {
        const newest = orm
          .select({ id: max(fieldRules.id) })
          .from(fieldRules)
          .groupBy(fieldRules.modelId)
        return select()
          .where(inArray(fieldRules.id, newest))
          .orderBy(asc(fieldRules.modelId))
          .all()
          .map(toRules)
          .filter(({ rules }) => rules.length > 0)
      }),
    fieldRulesStamp: () =>
      units.read(
        () =>
          orm
            .select({ id: max(fieldRules.id) })
            .from(fieldRules)
            .get()?.id ?? 0,
      ),
    async addValidationCounts(counts, maxRowsADay) {
      await units.write(() => {
        for (const dayMs of new Set(counts.map((count) => count.dayMs))) {
          let rows = Number(
            orm
              .select({ n: sql<number>`count(*)` })
              .from(validationCounts)
              .where(eq(validationCounts.dayMs, dayMs))
              .get()?.n ?? 0,
          )
          for (const count of counts) if (count.dayMs === dayMs) rows = addCount(count, rows, maxRowsADay)
        }
      })
    },
    listValidationCounts: (sinceMs, limit) =>
      units.read(() =>
        orm
          .select({
            dayMs: sql<number>`min(${validationCounts.dayMs})`,
            clientId: validationCounts.clientId,
            modelId: validationCounts.modelId,
            field: validationCounts.field,
            code: validationCounts.code,
            count: sql<number>`${sum(validationCounts.count)}`.mapWith(Number),
            lastMs: sql<number>`max(${validationCounts.lastMs})`,
          })
          .from(validationCounts)
          .where(gte(validationCounts.dayMs, sinceMs))
          .groupBy(
            validationCounts.clientId,
            validationCounts.modelId,
            validationCounts.field,
            validationCounts.code,
          )
          .orderBy(desc(sum(validationCounts.count)))
          .limit(limit)
          .all(),
      ),
    async markReplayed(places, actor, atMs) {
      await units.write(() => {
        for (const { day, seq } of places)
          orm.insert(replayedRefusals).values({ day, seq, atMs, actor }).onConflictDoNothing().run()
      })
    },
    findReplayed: (places) =>
      units.read(() => {
        const found: RefusalPlace[] = []
        for (const day of new Set(places.map((place) => place.day))) {
          const seqs = places.filter((place) => place.day === day).map(({ seq }) => seq)
          const rows = orm
            .select({ seq: replayedRefusals.seq })
            .from(replayedRefusals)
            .where(and(eq(replayedRefusals.day, day), inArray(replayedRefusals.seq, seqs)))
            .all()
          for (const { seq } of rows) found.push({ day, seq })
        }
        return found
      }),
    deleteRuleHistoryBefore: (beforeMs) =>
      units.write(() => {
        const counts = orm.delete(validationCounts).where(lt(validationCounts.dayMs, beforeMs)).run().changes
        const marks = orm.delete(replayedRefusals).where(lt(replayedRefusals.atMs, beforeMs)).run().changes
        return counts + marks
      }),
  }
}
