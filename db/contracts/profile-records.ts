/** Owns the contract for reference profiles and the monitors made from them. */
import type { Monitor, MonitorRevision, MonitorSettings } from '@/lib/domain/monitor'
import type { Expectation, Profile, StoredProfile } from '@/lib/domain/profile'

/** What became of the alerts that a monitor took part in. */
export interface MonitorUse {
  readonly monitorId: number
  readonly fired: number
  readonly lastFiredMs: number
  readonly acknowledged: number
  readonly real: number
  readonly falseAlarms: number
  /** Nobody ever opened them; of back-filled data, which calls nobody, none counts here. */
  readonly unseen: number
}

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
  /**
   * Changes settings of a monitor, and remembers who changed them and why, in one transaction.
   * @throws AppError `not_found`
   */
  updateMonitor(
    monitorId: number,
    change: Partial<MonitorSettings>,
    revision?: Omit<MonitorRevision, 'id' | 'monitorId'>,
  ): Promise<Monitor>
  /** What people changed about a monitor, newest first. */
  listMonitorRevisions(monitorId: number, limit: number): Promise<MonitorRevision[]>
  /** Alerts in which monitors took part that fired since then, by monitor. */
  listMonitorUse(versionIds: readonly number[], sinceMs: number): Promise<MonitorUse[]>
}
