/** Owns the contract for slices of models, and for the monitors and verdicts that are about one. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { NewMonitor } from '@/db/contracts/profile-records'
import type { Monitor } from '@/lib/domain/monitor'
import type { Slice, SliceCondition } from '@/lib/domain/slice'

/** What a person wants a slice to be. */
export interface SliceWish {
  readonly modelId: number
  readonly name: string
  readonly conditions: readonly SliceCondition[]
  readonly createdMs: number
  readonly createdBy: string
}

export interface SliceRecords {
  /** The slices that are kept up, of one model or of all, in the order of their making. */
  listSlices(modelId?: number): Promise<Slice[]>
  /** All that ever were of a model, newest first. */
  listSliceRevisions(modelId: number, limit: number): Promise<Slice[]>
  /** Also one that is no longer kept up. */
  findSlice(sliceId: number): Promise<Slice | null>
  /**
   * Stores the slice as the next revision of its name, under a number of its own, and ends the one before.
   * The same conditions again change nothing.
   * @throws AppError `conflict` when the model has `maxSlices` of other names
   */
  putSlice(wish: SliceWish, maxSlices: number): Promise<Slice>
  /** @returns whether there was one to end */
  endSlice(sliceId: number, endedBy: string, nowMs: number): Promise<boolean>
  /** Adds the monitors of a slice for one version and profile, but for those that it has there already. */
  addSliceMonitors(sliceId: number, monitors: readonly NewMonitor[]): Promise<void>
  /** Monitors of the slices that are kept up, of the version's active profile or the one that is named. */
  listSliceMonitors(versionId: number, profileId?: number): Promise<Monitor[]>
  /** The newest evaluation of each of those monitors, without details. */
  latestSliceEvaluations(versionIds: readonly number[]): Promise<(EvaluationRow & { sliceId: number })[]>
}
