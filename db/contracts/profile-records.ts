/** Owns the contract for reference profiles and the monitors made from them. */
import type { Monitor } from '@/lib/domain/monitor'
import type { Expectation, Profile, StoredProfile } from '@/lib/domain/profile'

/** A monitor before it has an id. */
export type NewMonitor = Omit<Monitor, 'id'>

export interface ProfileRecords {
  /** Stores a draft as the next revision of the version. */
  addProfile(versionId: number, profile: Profile, nowMs: number): Promise<StoredProfile>
  findProfile(profileId: number): Promise<StoredProfile | null>
  /** Newest first, without chunks: `profile.chunks` is empty. */
  listProfiles(versionId: number): Promise<StoredProfile[]>
  /**
   * Replaces the expectations of one column of a draft.
   * @throws AppError `conflict` when the profile is no draft, `not_found` when there is no such column.
   */
  updateExpectations(
    profileId: number,
    column: string,
    expectations: readonly Expectation[],
  ): Promise<StoredProfile>
  /**
   * Makes a draft the version's active profile, supersedes the one before, and adds its monitors, in one transaction.
   * Activating the active profile again changes nothing.
   * @throws AppError `not_found`, or `conflict` when it was superseded.
   */
  activateProfile(profileId: number, monitors: readonly NewMonitor[], nowMs: number): Promise<StoredProfile>
  /** Monitors of the version's active profile, or of the one that is named. */
  listMonitors(versionId: number, profileId?: number): Promise<Monitor[]>
  findMonitor(monitorId: number): Promise<Monitor | null>
  updateMonitor(
    monitorId: number,
    change: Partial<Pick<Monitor, 'enabled' | 'method' | 'baseline' | 'effectFloor' | 'severity'>>,
  ): Promise<Monitor>
}
