/** Owns the contract for channels and the outbox. */
import type { Channel, Notification } from '@/lib/domain/alert'

/** A channel with what is needed to send; secrets never leave services. */
export interface ChannelWithSecret extends Channel {
  readonly url: string
  /** `whsec_…` */
  readonly secret: string
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
  addChannel(channel: Omit<ChannelWithSecret, 'id'>): Promise<Channel>
  listChannels(): Promise<Channel[]>
  findChannelWithSecret(channelId: number): Promise<ChannelWithSecret | null>
  updateChannel(channelId: number, change: { enabled?: boolean; name?: string }): Promise<void>
  /** Removes the channel; its waiting notifications become `cancelled`. */
  deleteChannel(channelId: number): Promise<void>
  addNotification(notification: Omit<Notification, 'id'>): Promise<Notification>
  /**
   * Claims due messages: at most one per (channel, alert) so that order holds, at most `limit`. Claimed ones are
   * hidden from other claims until `leaseMs` from now.
   */
  claimDue(nowMs: number, leaseMs: number, limit: number): Promise<Notification[]>
  /** Records an attempt and what becomes of the message, in one transaction. */
  recordAttempt(
    attempt: DeliveryAttempt,
    outcome:
      | { state: 'sent' }
      | { state: 'waiting'; dueMs: number }
      | { state: 'given_up' }
      | { state: 'cancelled' },
  ): Promise<void>
  listNotifications(query: { alertId?: number; channelId?: number; limit: number }): Promise<Notification[]>
  listAttempts(notificationId: number): Promise<DeliveryAttempt[]>
}
