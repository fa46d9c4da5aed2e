/** Owns the contract for channels, the outbox, and alerts of Plumbline about itself. */
import type { Notification } from '@/lib/domain/alert'
import type { Channel, ChannelQueue, ChannelSettings } from '@/lib/domain/channel'
import type { SelfAlert, SelfAlertKind } from '@/lib/domain/self-alert'

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
   * Claims due messages: at most one per (channel, alert) so that order holds, at most `limit`. Claimed ones are
   * hidden from other claims until `leaseMs` from now.
   */
  claimDue(nowMs: number, leaseMs: number, limit: number): Promise<Notification[]>
  /** Records an attempt, what becomes of the message and of the channel's health, in one transaction. */
  recordAttempt(
    attempt: DeliveryAttempt,
    outcome:
      | { state: 'sent' }
      | { state: 'waiting'; dueMs: number }
      | { state: 'given_up' }
      | { state: 'cancelled' },
  ): Promise<void>
  /** Newest first. */
  listNotifications(query: {
    alertId?: number
    selfAlertId?: number
    channelId?: number
    limit: number
  }): Promise<Notification[]>
  listAttempts(notificationId: number): Promise<DeliveryAttempt[]>
  /** Open ones, or all of them newest first with `resolvedToo`. */
  listSelfAlerts(query: { resolvedToo: boolean; limit: number }): Promise<SelfAlert[]>
  findSelfAlert(selfAlertId: number): Promise<SelfAlert | null>
  /**
   * Opens one with its messages, in one transaction; `notifications` refer to it by any number.
   * @returns null, with nothing written, when one of this kind and subject is open already
   */
  openSelfAlert(
    alert: Omit<SelfAlert, 'id' | 'resolvedMs'>,
    notifications: readonly Omit<Notification, 'id'>[],
  ): Promise<SelfAlert | null>
  /** Resolves one with its messages, in one transaction; one that is over already stays as it is. */
  resolveSelfAlert(
    selfAlertId: number,
    nowMs: number,
    notifications: readonly Omit<Notification, 'id'>[],
  ): Promise<void>
  /** Of each kind, how many are open. */
  countSelfAlerts(): Promise<{ kind: SelfAlertKind; open: number }[]>
}
