/** Owns the noun self-alert: something is wrong with Plumbline itself, or with what feeds and hears it. */
import type { Severity } from '@/lib/domain/monitor'

export const SELF_ALERT_KINDS = [
  'undeliverable',
  'evaluator_lag',
  'storage_nearly_full',
  'shipper_silent',
] as const
export type SelfAlertKind = (typeof SELF_ALERT_KINDS)[number]

export interface SelfAlert {
  readonly id: number
  readonly kind: SelfAlertKind
  /** What it is about within its kind, for example the number of a channel; empty for the instance. */
  readonly subject: string
  readonly severity: Severity
  /** First line. */
  readonly title: string
  /** Whole sentences. */
  readonly text: string
  readonly firedMs: number
  readonly resolvedMs: number | null
  /** Stable while it lasts. */
  readonly dedupKey: string
  /** Somebody is on it: it is not repeated. */
  readonly acknowledgedBy: string | null
  readonly acknowledgedMs: number | null
  readonly silencedUntilMs: number | null
  readonly silenceReason: string | null
}

/** One as it is opened: nobody has done anything about it. */
export type NewSelfAlert = Pick<
  SelfAlert,
  'kind' | 'subject' | 'severity' | 'title' | 'text' | 'firedMs' | 'dedupKey'
>
