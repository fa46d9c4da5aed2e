/** Owns the contract for silences that match alerts. */
import type { Silence } from '@/lib/domain/silence'

export type NewSilence = Omit<Silence, 'id' | 'endedBy'>

export interface SilenceRecords {
  addSilence(silence: NewSilence): Promise<Silence>
  /** Those that end after the instant, the ones that end last first. */
  listSilences(endsAfterMs: number, limit: number): Promise<Silence[]>
  findSilence(silenceId: number): Promise<Silence | null>
  /**
   * Ends one at an instant before its time.
   * @throws AppError `not_found`
   */
  endSilence(silenceId: number, endedBy: string, nowMs: number): Promise<Silence>
  /** Forgets those that ended before the instant; returns how many. */
  deleteSilencesBefore(instantMs: number): Promise<number>
}
