/** Owns the contract for models, versions and their columns. */
import type { ColumnRef } from '@/lib/domain/column'
import type { DeploymentMode, Model, ModelSettings, Version } from '@/lib/domain/model'

/** A column as registered: `columnId` is its number in the series store. */
export interface RegisteredColumn extends ColumnRef {
  readonly columnId: number
  readonly versionId: number
}

export interface ModelRecords {
  listModels(): Promise<Model[]>
  findModel(name: string): Promise<Model | null>
  findModelById(modelId: number): Promise<Model | null>
  listVersions(modelId: number): Promise<Version[]>
  /** Versions of all models that have an active profile, with its id. */
  listActiveProfiles(): Promise<{ versionId: number; modelId: number; profileId: number }[]>
  findVersion(modelId: number, name: string): Promise<Version | null>
  findVersionById(versionId: number): Promise<Version | null>
  /** The model with this name, made without a version if it is new: labels may come before any record. */
  registerModel(model: string, nowMs: number): Promise<Model>
  /** The model and version with these names, made if they are new. */
  registerVersion(model: string, version: string, nowMs: number): Promise<{ model: Model; version: Version }>
  /** Numbers of these columns, given to new ones up to `maxColumns` a version; columns over the limit are absent from the answer. */
  registerColumns(
    versionId: number,
    columns: readonly ColumnRef[],
    maxColumns: number,
  ): Promise<RegisteredColumn[]>
  listColumns(versionId: number): Promise<RegisteredColumn[]>
  updateModelSettings(modelId: number, settings: ModelSettings): Promise<void>
  updateVersionMode(versionId: number, mode: DeploymentMode): Promise<void>
}
