/** Owns the contract for reading alerts and for what people do to them. */

import type { Alert, AlertAttention, AlertEvent, AlertState, Notification } from '@/lib/domain/alert'
import type { ColumnRef } from '@/lib/domain/column'

export interface AlertQuery {
  readonly states?: readonly AlertState[]
  readonly modelId?: number
  readonly versionId?: number
  readonly historical?: boolean
  readonly limit: number
  /** Page on: only alerts with a smaller (firedMs, id). */
  readonly before?: { readonly firedMs: number; readonly id: number }
}

export interface AlertRecords {
  /** Open ones first by severity, then newest first. */
  listAlerts(query: AlertQuery): Promise<Alert[]>
  findAlert(alertId: number): Promise<Alert | null>
  /** Alerts of a version that are open, or resolved after `resolvedAfterMs` (they may be reopened). */
  listReopenable(versionId: number, resolvedAfterMs: number): Promise<Alert[]>
  listAlertEvents(alertId: number): Promise<AlertEvent[]>
  /** Alerts that a monitor took part in and that a person judged, newest first; history of back-filled data too. */
  listJudgedAlerts(monitorId: number, limit: number): Promise<Alert[]>
  /** What every monitor that ever took part in these alerts watches. */
  listAlertSubjects(
    alertIds: readonly number[],
  ): Promise<{ alertId: number; metric: string; column: ColumnRef | null }[]>
  /** Of every open alert that is not history, no more than it takes to tell whom it waits for. */
  listOpenAttention(): Promise<AlertAttention[]>
  countOpenAlerts(): Promise<{ modelId: number; versionId: number; critical: number; warning: number }[]>
  /**
   * Stores what a person's act makes of an alert, with history and messages in one transaction. Only state, resolution,
   * explanation, acknowledgement and silence are written; the rest belongs to the evaluator.
   * @param read the alert as it was when the act was decided
   * @throws AppError `conflict` when one of those columns was changed since
   */
  changeAlert(
    alert: Alert,
    read: Alert,
    events: readonly Omit<AlertEvent, 'id' | 'alertId'>[],
    notifications: readonly Omit<Notification, 'id'>[],
  ): Promise<Alert>
  /** Adds lines of history without touching the alerts themselves. */
  addAlertEvents(events: readonly Omit<AlertEvent, 'id'>[]): Promise<void>
  /** Silences whose time ended between the two instants. */
  listExpiredSilences(fromMs: number, toMs: number): Promise<Alert[]>
}
