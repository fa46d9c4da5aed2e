/** Owns the contract for metrics that people define, and for what becomes of their monitors with them. */
import type { NewMonitor } from '@/db/contracts/profile-records'
import type { CustomMetric } from '@/lib/domain/custom-metric'
import type { MonitorRevision, MonitorSettings } from '@/lib/domain/monitor'

/** A revision before it is stored. */
export type NewCustomMetric = Omit<CustomMetric, 'id' | 'revision' | 'seriesId'> & {
  /** null: a series of its own begins with it. */
  readonly seriesId: number | null
}

export interface CustomMonitorChanges {
  readonly added: readonly NewMonitor[]
  readonly changed: readonly (Omit<MonitorRevision, 'id'> & { readonly after: Partial<MonitorSettings> })[]
}

export interface CustomRecords {
  /**
   * Stores the next revision of a definition together with its monitors, in one transaction.
   * @param expected revision that the change was made on; 0 for a new name, also where an older one was removed
   * @param most definitions that a model may have
   * @throws AppError `conflict` when another revision is the newest, or (reason `too_many_metrics`) there are too many
   */
  addCustomMetric(
    metric: NewCustomMetric,
    expected: number,
    most: number,
    monitors: CustomMonitorChanges,
  ): Promise<CustomMetric>
  /** Definitions that hold, in the order of their names. */
  listCustomMetrics(modelId: number): Promise<CustomMetric[]>
  /** Revisions of one name, newest first. */
  listCustomRevisions(modelId: number, name: string, limit: number): Promise<CustomMetric[]>
  /** Changes whenever a definition does; 0 while there is none. */
  customStamp(): Promise<number>
}
