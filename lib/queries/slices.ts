/** Owns the questions: which slices has a model, what would one take, and which could be looked at? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Profile } from '@/lib/domain/profile'
import type { PredictionRecord } from '@/lib/domain/record'
import type { Slice, SliceCondition, SliceSubject } from '@/lib/domain/slice'
import { rememberedProfile } from '@/lib/queries/evaluation-target'
import { findVersions } from '@/lib/queries/find-versions'
import { isInSlice } from '@/lib/summary/slice-filter'

/** Stored records that a preview looks at. */
const PREVIEWED = 1_000
/** Records in which tags are looked for. */
const LOOKED_AT = 300
/** A column of more values is no slice anybody would name. */
const FEW_VALUES = 12
const MAX_SUGGESTIONS = 20
const MAX_LISTED = 200

/** The slices that are kept up, and how each came about: all revisions, newest first. */
export async function listSlices(
  ctx: Context,
  modelName: string,
): Promise<{ slices: Slice[]; revisions: Slice[] }> {
  requireScope(ctx.principal, 'read')
  const { model } = await findVersions(ctx, modelName, null)
  const [slices, revisions] = await Promise.all([
    ctx.metadata.listSlices(model.id),
    ctx.metadata.listSliceRevisions(model.id, MAX_LISTED),
  ])
  return { slices, revisions }
}

export interface SlicePreview {
  /** Of the latest stored records, how many lie in it. */
  readonly matching: number
  readonly of: number
}

/** @throws AppError `not_found` */
export async function previewSlice(
  ctx: Context,
  modelName: string,
  conditions: readonly SliceCondition[],
): Promise<SlicePreview> {
  requireScope(ctx.principal, 'read')
  const { model } = await findVersions(ctx, modelName, null)
  const records = await latest(ctx, model.name, PREVIEWED)
  return { matching: records.filter((record) => isInSlice(conditions, record)).length, of: records.length }
}

/** Something to cut by: its values with the most frequent first. */
export interface SliceSuggestion {
  readonly on: SliceSubject
  readonly name: string
  readonly values: readonly string[]
}

/** Columns of few values in the newest profile, predicted classes, and tags of the latest records. */
export async function suggestSlices(ctx: Context, modelName: string): Promise<SliceSuggestion[]> {
  requireScope(ctx.principal, 'read')
  const { model, versions } = await findVersions(ctx, modelName, null)
  const newest = [...versions].sort((a, b) => (b.lastRecordMs ?? 0) - (a.lastRecordMs ?? 0))
  const profiled = newest.find(({ profileId }) => profileId !== null)
  const profile = profiled?.profileId ? await rememberedProfile(ctx, profiled.profileId) : null
  const columns = profile ? fewValued(profile.profile) : []
  const tags = tagsOf(await latest(ctx, model.name, LOOKED_AT))
  return [...tags, ...columns].slice(0, MAX_SUGGESTIONS)
}

function fewValued({ columns }: Profile): SliceSuggestion[] {
  return columns.flatMap(({ role, name, categories }): SliceSuggestion[] => {
    if (!categories || categories.length < 2 || categories.length > FEW_VALUES) return []
    const values = categories.map(({ label }) => label)
    if (role === 'feature') return [{ on: 'feature', name, values }]
    return role === 'prediction' ? [{ on: 'output', name: 'prediction', values }] : []
  })
}

function tagsOf(records: readonly PredictionRecord[]): SliceSuggestion[] {
  const seen = new Map<string, Map<string, number>>()
  for (const { t = {} } of records) {
    for (const [name, value] of Object.entries(t)) {
      const values = seen.get(name) ?? new Map<string, number>()
      seen.set(name, values.set(value, (values.get(value) ?? 0) + 1))
    }
  }
  return [...seen]
    .filter(([, values]) => values.size <= FEW_VALUES)
    .map(([name, values]) => ({
      on: 'tag',
      name,
      values: [...values].sort((a, b) => b[1] - a[1]).map(([value]) => value),
    }))
}

async function latest(ctx: Context, model: string, limit: number): Promise<PredictionRecord[]> {
  return (await ctx.log.latestRecords(model, null, limit)).map(({ record }) => record)
}
