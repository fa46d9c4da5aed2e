/** Owns the contract for channels, the outbox, and alerts of Plumbline about itself. */
import type { Notification, NotificationType } from '@/lib/domain/alert'
import type { Channel, ChannelQueue, ChannelSettings } from '@/lib/domain/channel'
import type { Severity } from '@/lib/domain/monitor'
import type { NewSelfAlert, SelfAlert, SelfAlertKind } from '@/lib/domain/self-alert'

/** A channel with what is needed to send; secrets never leave services. */
export interface ChannelWithSecret extends Channel {
  readonly url: string
  /** `whsec_…`, a routing key, a password: whatever its kind needs; may be empty. */
  readonly secret: string
}

/** A channel that is not stored yet. */
export type NewChannel = Omit<ChannelWithSecret, 'id' | 'settings' | 'health'> & {
  readonly settings?: ChannelSettings
}

/** What may be changed of a channel; what is absent stays. */
export interface ChannelChange {
  readonly enabled?: boolean
  readonly name?: string
  readonly host?: string
  readonly url?: string
  readonly secret?: string
  readonly settings?: ChannelSettings
}

export interface DeliveryAttempt {
  readonly notificationId: number
  readonly atMs: number
  readonly durationMs: number
  /** HTTP status, or null when none came. */
  readonly status: number | null
  readonly error: string | null
}

/** A message that may still be told together with others. */
export interface GatherableNotification {
  readonly id: number
  readonly channelId: number
  readonly groupKey: string
  readonly type: NotificationType
  readonly severity: Severity
  readonly key: string
  readonly createdMs: number
  readonly dueMs: number
}

/** When a channel was last told of a group, and when of something critical in it. */
export interface GroupTold {
  readonly lastMs: number | null
  readonly lastCriticalMs: number | null
}

/** The newest message of an alert on a channel. */
export interface NewestMessage {
  readonly alertId: number
  readonly channelId: number
  readonly type: NotificationType
  readonly state: 'waiting' | 'sent' | 'given_up'
  readonly createdMs: number
  readonly sentMs: number | null
}

/** Messages of one channel that leave as one. */
export interface NewGroup {
  readonly channelId: number
  readonly groupKey: string
  readonly key: string
  readonly memberIds: readonly number[]
}

export interface NotificationRecords {
  addChannel(channel: NewChannel): Promise<Channel>
  listChannels(): Promise<Channel[]>
  findChannelWithSecret(channelId: number): Promise<ChannelWithSecret | null>
  updateChannel(channelId: number, change: ChannelChange): Promise<void>
  /** Removes the channel; its waiting notifications become `cancelled`. */
  deleteChannel(channelId: number): Promise<void>
  /** What waits, by channel; channels for which nothing waits are absent. */
  listQueues(): Promise<ChannelQueue[]>
  addNotification(notification: Omit<Notification, 'id'>): Promise<Notification>
  /**
   * Claims due messages: at most one per (channel, alert) so that order holds, at most `limit`; one that was never tried
   * and is due only later holds up none that follows it. Claimed ones are
   * hidden from other claims until `leaseMs` from now. What travels in a group is claimed with it, not by itself.
   */
  claimDue(nowMs: number, leaseMs: number, limit: number): Promise<Notification[]>
  /**
   * Messages with a group that are due by `dueByMs`, have never been tried, travel in no group yet, and have nothing of
   * their alert before them on their channel. In order of channel, then due time.
   */
  listGatherable(dueByMs: number, nowMs: number, limit: number): Promise<GatherableNotification[]>
  /**
   * Stores each as a message of type `alert.group`, due now, and puts its members into it, in one transaction. Members
   * that were claimed or settled meanwhile stay out; a group that is left with fewer than two is not made.
   * @returns groups made
   */
  formGroups(groups: readonly NewGroup[], nowMs: number): Promise<number>
  /** Puts messages that have not been tried off until an instant. */
  holdNotifications(notificationIds: readonly number[], untilMs: number): Promise<void>
  /** The clock was set back by so much: what waits is due as much earlier, so that nobody waits longer for it. */
  bringForward(byMs: number): Promise<void>
  /** Takes a waiting message out of its group: it goes alone. */
  leaveGroup(notificationId: number): Promise<void>
  /**
   * What a channel was last told of a group within so long of now. What was sent later than that, by a clock that was set
   * back since, counts as little as what was sent long ago.
   */
  lastTold(channelId: number, groupKey: string, nowMs: number, withinMs: number): Promise<GroupTold>
  /**
   * Records an attempt, what becomes of the message and of the channel's health, in one transaction. What is said of a
   * group holds for all that still wait in it.
   */
  recordAttempt(
    attempt: DeliveryAttempt,
    outcome:
      | { state: 'sent' }
      | { state: 'waiting'; dueMs: number }
      | { state: 'given_up' }
      | { state: 'cancelled' },
  ): Promise<void>
  findNotification(notificationId: number): Promise<Notification | null>
  /** Newest first. */
  listNotifications(query: {
    alertId?: number
    selfAlertId?: number
    channelId?: number
    groupId?: number
    limit: number
  }): Promise<Notification[]>
  /**
   * Of each firing alert that is not history, and each channel, the newest message that was not cancelled; nothing for
   * channels that were never told.
   */
  listNewestOfFiring(): Promise<NewestMessage[]>
  /** Attempts for a message; for one that travels in a group, those for the group. */
  listAttempts(notificationId: number): Promise<DeliveryAttempt[]>
  /** Open ones, or all of them newest first with `resolvedToo`. */
  listSelfAlerts(query: { resolvedToo: boolean; limit: number }): Promise<SelfAlert[]>
  findSelfAlert(selfAlertId: number): Promise<SelfAlert | null>
  /**
   * Opens one with its messages, in one transaction; `notifications` refer to it by any number.
   * @returns null, with nothing written, when one of this kind and subject is open already
   */
  openSelfAlert(
    alert: NewSelfAlert,
    notifications: readonly Omit<Notification, 'id'>[],
  ): Promise<SelfAlert | null>
  /** Resolves one with its messages, in one transaction; one that is over already stays as it is. */
  resolveSelfAlert(
    selfAlertId: number,
    nowMs: number,
    notifications: readonly Omit<Notification, 'id'>[],
  ): Promise<void>
  /**
   * Stores what a person says of one that is open.
   * @returns null, with nothing written, when it is over or there is none
   */
  changeSelfAlert(
    selfAlertId: number,
    change: Partial<
      Pick<SelfAlert, 'acknowledgedBy' | 'acknowledgedMs' | 'silencedUntilMs' | 'silenceReason'>
    >,
  ): Promise<SelfAlert | null>
  /** Of each kind, how many are open. */
  countSelfAlerts(): Promise<{ kind: SelfAlertKind; open: number }[]>
}
