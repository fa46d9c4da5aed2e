/** Owns the contract for rules of fields, counts of validation, and refused records that were taken later. */
import type { FieldRule } from '@/lib/domain/field-rule'

/** The rules of a model as they stood from one instant on; the newest revision holds. */
export interface StoredFieldRules {
  readonly modelId: number
  readonly model: string
  /** 1, 2, 3 … within the model. */
  readonly revision: number
  readonly rules: readonly FieldRule[]
  readonly createdMs: number
  readonly createdBy: string
}

/** How often something was found by validating on one day, for one client and field. */
export interface ValidationCount {
  /** Start of the UTC day. */
  readonly dayMs: number
  /** Id of the client's first key; 0 for the operator's key, -1 for people. */
  readonly clientId: number
  readonly modelId: number
  /** Empty for counts of whole records. */
  readonly field: string
  /** Code of a finding; `checked` and `refused` count records. */
  readonly code: string
  readonly count: number
  readonly lastMs: number
}

/** Place of a refused record in the log. */
export interface RefusalPlace {
  readonly day: string
  readonly seq: number
}

export interface RuleRecords {
  /**
   * Stores rules as the next revision of the model.
   * @param expected revision the change was made on; null to not care
   * @throws AppError `conflict` when another revision is the newest
   */
  addFieldRules(
    modelId: number,
    rules: readonly FieldRule[],
    createdBy: string,
    nowMs: number,
    expected: number | null,
  ): Promise<StoredFieldRules>
  /** Newest first. */
  listFieldRules(modelId: number, limit: number): Promise<StoredFieldRules[]>
  findFieldRules(modelId: number, revision: number): Promise<StoredFieldRules | null>
  /** The newest rules of every model that has any. */
  currentFieldRules(): Promise<StoredFieldRules[]>
  /** Changes whenever rules do; 0 while there were none. */
  fieldRulesStamp(): Promise<number>
  /** Adds to the counts; names beyond `maxRowsADay` count together, under no field. */
  addValidationCounts(counts: readonly ValidationCount[], maxRowsADay: number): Promise<void>
  /** Since the day of `sinceMs`, days added up, largest first. */
  listValidationCounts(sinceMs: number, limit: number): Promise<ValidationCount[]>
  markReplayed(places: readonly RefusalPlace[], actor: string, nowMs: number): Promise<void>
  /** Which of these were taken already. */
  findReplayed(places: readonly RefusalPlace[]): Promise<RefusalPlace[]>
  /** Forgets counts and marks of before; returns how many. */
  deleteRuleHistoryBefore(beforeMs: number): Promise<number>
}
