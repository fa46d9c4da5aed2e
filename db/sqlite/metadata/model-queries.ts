/** Owns the queries of models, versions and columns. */
import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import type { ModelRecords, RegisteredColumn } from '@/db/contracts/model-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { columns, models, versions } from '@/db/sqlite/schema/models'
import { versionSpans } from '@/db/sqlite/schema/series'
import { columnKey } from '@/lib/domain/column'
import { type Model, ModelSettingsSchema, type Version } from '@/lib/domain/model'

/** An earlier program took addresses of any scheme for a runbook: what may be no link is none. */
const StoredSettingsSchema = ModelSettingsSchema.extend({
  runbookUrl: ModelSettingsSchema.shape.runbookUrl.catch(null),
})

function toModel(row: typeof models.$inferSelect): Model {
  // Settings stored by an earlier program may lack newer ones: the schema fills them in.
  return { ...row, settings: StoredSettingsSchema.parse(fromJson(row.settings)) }
}

const VERSION_FIELDS = {
  id: versions.id,
  modelId: versions.modelId,
  name: versions.name,
  mode: versions.mode,
  createdMs: versions.createdMs,
  profileId: versions.profileId,
  lastRecordMs: versionSpans.lastMs,
  firstRecordMs: versionSpans.firstMs,
}

export function createModelQueries({ orm, units }: Handle): ModelRecords {
  const selectVersions = () =>
    orm.select(VERSION_FIELDS).from(versions).leftJoin(versionSpans, eq(versionSpans.versionId, versions.id))
  const findModelRow = (name: string) => orm.select().from(models).where(eq(models.name, name)).get()
  const findVersionRow = (modelId: number, name: string): Version | undefined =>
    selectVersions()
      .where(and(eq(versions.modelId, modelId), eq(versions.name, name)))
      .get()

  function registerModel(name: string, nowMs: number): Model {
    const found = findModelRow(name)
    if (found) return toModel(found)
    const settings = JSON.stringify(ModelSettingsSchema.parse({}))
    return toModel(orm.insert(models).values({ name, createdMs: nowMs, settings }).returning().get())
  }

  function registerVersion(
    modelName: string,
    name: string,
    nowMs: number,
  ): { model: Model; version: Version } {
    const model = registerModel(modelName, nowMs)
    const found = findVersionRow(model.id, name)
    if (found) return { model, version: found }
    const values = { modelId: model.id, name, mode: 'live' as const, createdMs: nowMs }
    const made = orm.insert(versions).values(values).returning().get()
    return { model, version: { ...made, lastRecordMs: null, firstRecordMs: null } }
  }

  // Asked for every window of every version: composing each anew would cost more than its answer.
  const byId = sql.placeholder('id')
  const columnsOf = orm
    .select()
    .from(columns)
    .where(eq(columns.versionId, byId))
    .orderBy(asc(columns.columnId))
    .prepare()
  const modelOf = orm.select().from(models).where(eq(models.id, byId)).prepare()
  const versionOf = selectVersions().where(eq(versions.id, byId)).prepare()
  const versionsOf = selectVersions().where(eq(versions.modelId, byId)).orderBy(asc(versions.id)).prepare()
  const activeProfiles = orm
    .select({ versionId: versions.id, modelId: versions.modelId, profileId: versions.profileId })
    .from(versions)
    .where(isNotNull(versions.profileId))
    .orderBy(asc(versions.id))
    .prepare()

  const listColumnRows = (versionId: number): RegisteredColumn[] => columnsOf.all({ id: versionId })

  return {
    listModels: () =>
      units.read(() => orm.select().from(models).orderBy(asc(models.name)).all().map(toModel)),
    findModel: (name) =>
      units.read(() => {
        const row = findModelRow(name)
        return row ? toModel(row) : null
      }),
    findModelById: (modelId) =>
      units.read(() => {
        const row = modelOf.get({ id: modelId })
        return row ? toModel(row) : null
      }),
    listVersions: (modelId) => units.read(() => versionsOf.all({ id: modelId })),
    listActiveProfiles: () =>
      units.read(() =>
        activeProfiles
          .all()
          .flatMap(({ profileId, ...row }) => (profileId === null ? [] : { ...row, profileId })),
      ),
    findVersion: (modelId, name) => units.read(() => findVersionRow(modelId, name) ?? null),
    findVersionById: (versionId) => units.read(() => versionOf.get({ id: versionId }) ?? null),
    registerModel: (model, nowMs) => units.write(() => registerModel(model, nowMs)),
    registerVersion: (model, version, nowMs) => units.write(() => registerVersion(model, version, nowMs)),
    registerColumns: (versionId, wanted, maxColumns) =>
      units.write(() => {
        const known = new Map(listColumnRows(versionId).map((column) => [columnKey(column), column]))
        let next = Math.max(0, ...[...known.values()].map(({ columnId }) => columnId)) + 1
        for (const { family, name } of wanted) {
          const key = columnKey({ family, name })
          if (known.has(key) || known.size >= maxColumns) continue
          const column = { versionId, columnId: next++, family, name }
          orm.insert(columns).values(column).run()
          known.set(key, column)
        }
        const keys = new Set(wanted.map(columnKey))
        return [...keys].flatMap((key) => known.get(key) ?? [])
      }),
    listColumns: (versionId) => units.read(() => listColumnRows(versionId)),
    async updateModelSettings(modelId, settings) {
      const values = { settings: JSON.stringify(settings) }
      await units.write(() => orm.update(models).set(values).where(eq(models.id, modelId)).run())
    },
    async updateVersionMode(versionId, mode) {
      await units.write(() => orm.update(versions).set({ mode }).where(eq(versions.id, versionId)).run())
    },
  }
}
