/** Owns the limits that span requests: how many models, versions a model, features a model. Kept in memory, filled from metadata. */
import type { Context } from '@/lib/access/context'
import { oncePer } from '@/lib/domain/once-per'
import type { PredictionRecord } from '@/lib/domain/record'
import type { Fault } from '@/lib/ingest/fault'
import { REFUSAL_CODES, type RefusalCode } from '@/lib/ingest/fault'
import type { WarningList } from '@/lib/ingest/warnings'

interface ModelCount {
  readonly versions: Set<string>
  readonly features: Set<string>
  /** The feature that came first, by its name without case and blanks around it. */
  readonly byMeaning: Map<string, string>
  /** Names of the record admitted last: most records have the same ones in the same order. */
  lastNames: string[]
}

/**
 * What one process knows of the names in use. It counts what it admitted itself and what was registered before it
 * started; the worker registers columns under the same limits, so a second process can be ahead by little.
 */
export class ModelCensus {
  private readonly models = new Map<string, ModelCount | null>()
  private loaded: Promise<void> | null = null
  private isLoaded = false

  /** Whether all is read that `admit` needs to know of a model. */
  isReady(name: string): boolean {
    return this.isLoaded && this.models.get(name) !== null
  }

  /** Reads which models exist, and the versions and features of `names`. Must be awaited before `admit`, where they are not ready. */
  async prepare(ctx: Context, names: Iterable<string>): Promise<void> {
    this.loaded ??= this.loadNames(ctx).catch((error: unknown) => {
      this.loaded = null
      throw error
    })
    await this.loaded
    for (const name of names) {
      if (this.models.get(name) === null) this.models.set(name, await readCount(ctx, name))
    }
  }

  /** Why a record of this model and version cannot be taken, or null; what is admitted counts from then on. */
  admit(
    ctx: Context,
    model: string,
    version: string,
    record: PredictionRecord,
    warnings: WarningList,
  ): Fault | null {
    const count = this.counted(ctx, model, version)
    if ('code' in count) return count
    return hasSameNames(record.f, count.lastNames)
      ? null
      : admitFeatures(count, record.f, ctx.limits.maxFeaturesPerModel, warnings)
  }

  /** The same for what has no features. @param version null where it is not known yet */
  admitName(ctx: Context, model: string, version: string | null): Fault | null {
    const count = this.counted(ctx, model, version)
    return 'code' in count ? count : null
  }

  private counted({ limits }: Context, model: string, version: string | null): ModelCount | Fault {
    let count = this.models.get(model)
    if (!count) {
      if (this.models.size >= limits.maxModels) return fault('too_many_models', 'model_id', limits.maxModels)
      count = emptyCount()
      this.models.set(model, count)
    }
    if (version !== null && !count.versions.has(version)) {
      if (count.versions.size >= limits.maxVersionsPerModel) {
        return fault('too_many_versions', 'model_version', limits.maxVersionsPerModel)
      }
      count.versions.add(version)
    }
    return count
  }

  private async loadNames(ctx: Context): Promise<void> {
    for (const model of await ctx.metadata.listModels()) {
      if (!this.models.has(model.name)) this.models.set(model.name, null)
    }
    this.isLoaded = true
  }
}

function emptyCount(): ModelCount {
  return { versions: new Set(), features: new Set(), byMeaning: new Map(), lastNames: [] }
}

async function readCount(ctx: Context, name: string): Promise<ModelCount> {
  const count = emptyCount()
  const model = await ctx.metadata.findModel(name)
  if (!model) return count
  for (const version of await ctx.metadata.listVersions(model.id)) {
    count.versions.add(version.name)
    for (const column of await ctx.metadata.listColumns(version.id)) {
      if (column.family === 'input') addFeature(count, column.name)
    }
  }
  return count
}

function hasSameNames(features: PredictionRecord['f'], names: readonly string[]): boolean {
  let i = 0
  for (const name in features) if (names[i++] !== name) return false
  return i === names.length
}

function admitFeatures(
  count: ModelCount,
  features: PredictionRecord['f'],
  max: number,
  warnings: WarningList,
): Fault | null {
  const names = Object.keys(features)
  const fresh = names.filter((name) => !count.features.has(name))
  if (count.features.size + fresh.length > max)
    return fault('too_many_features_model', `features.${fresh[0]}`, max)
  for (const name of fresh) {
    const similar = addFeature(count, name)
    if (similar !== null) warnings.note('similar_name', `features.${name}`, () => similarSentence(similar))
  }
  count.lastNames = names
  return null
}

/** Adds a feature; returns an older one whose name was perhaps meant, or null. */
function addFeature(count: ModelCount, name: string): string | null {
  count.features.add(name)
  const meaning = name.normalize('NFKC').trim().toLowerCase()
  const similar = count.byMeaning.get(meaning)
  if (similar === undefined) count.byMeaning.set(meaning, name)
  return similar === undefined || similar === name ? null : similar
}

function similarSentence(similar: string): string {
  return `A new feature; did you mean ${JSON.stringify(similar)}? Names that differ in case or blanks are different features.`
}

function fault(code: RefusalCode, field: string, limit: number): Fault {
  return { code, field, message: `${REFUSAL_CODES[code]} (${limit})` }
}

/** The census of an instance, by its metadata store. */
export const censusOf = oncePer((_metadata: object) => new ModelCensus())
