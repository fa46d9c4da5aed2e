/** Owns the noun message: what an alert says at the moment it leaves, before any channel gives it a form. No raw feature values. */
import type { NotificationType } from '@/lib/domain/alert'
import type { Cause, Severity } from '@/lib/domain/monitor'

/** The result that speaks for an alert. */
export interface MessageLead {
  readonly metric: string
  readonly method: string | null
  readonly column: string | null
  readonly value: number | null
  readonly limit: number | null
  /** With unit, fit to be read beside each other. */
  readonly valueText: string | null
  readonly limitText: string | null
  readonly n: number
  readonly nReference: number | null
  readonly pCorrected: number | null
  readonly windowStartMs: number
  readonly windowEndMs: number
  readonly windowsBreached: number
  readonly windowsJudged: number
}

export interface MessageColumn {
  readonly column: string
  readonly metric: string
  readonly value: number | null
  readonly limit: number | null
}

/** The alert that a message is about; one of Plumbline itself has neither model nor id. */
export interface MessageAlert {
  readonly alertId: number | null
  readonly dedupKey: string
  readonly state: string
  readonly severity: Severity
  /** It was a warning first. */
  readonly isRaised: boolean
  /** A cause, or the kind of a self-alert. */
  readonly cause: Cause | string
  readonly model: string | null
  readonly version: string | null
  /** Name of the slice it is about; absent or null: the whole version. */
  readonly slice?: string | null
  readonly owner: string | null
  readonly onsetMs: number
  readonly firedMs: number
  readonly resolvedMs: number | null
  readonly resolution: string | null
  readonly acknowledgedBy: string | null
  readonly lead: MessageLead | null
  readonly columnsHit: number
  readonly topColumns: readonly MessageColumn[]
  readonly chart: string | null
  readonly runbook: string | null
}

/** A link that acts without signing in, after a press of a button on its page. */
export interface MessageAct {
  readonly action: 'acknowledge' | 'silence' | 'false_alarm'
  readonly url: string
  readonly expiresMs: number
}

/** Several alerts in one message. */
export interface MessageGroup {
  /** Each as it would be told alone, worst first; the others are only counted. */
  readonly messages: readonly Message[]
  /** How many alerts it tells of. */
  readonly told: number
  readonly firing: number
  readonly critical: number
  readonly over: number
  /** The worst of what fires; of what is over when nothing does. */
  readonly severity: Severity
}

export interface Message {
  readonly type: NotificationType
  readonly atMs: number
  /** `[FIRING] fraud v7: KS 0.31 > 0.2 on amount`: the line a phone shows. */
  readonly title: string
  /** What follows the title, whole sentences, without the link. */
  readonly lines: readonly string[]
  readonly link: string
  /** Public address of this instance, without a trailing slash. */
  readonly publicUrl: string
  /** null for the message of a test button, and for one that tells of several. */
  readonly alert: MessageAlert | null
  readonly group?: MessageGroup | null
  /** What can be done about it from the message. */
  readonly acts?: readonly MessageAct[]
}
