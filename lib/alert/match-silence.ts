/** Owns which alerts a silence keeps quiet. Pure. */
import { takes } from '@/lib/alert/fits'
import type { Cause, Severity } from '@/lib/domain/monitor'
import type { Silence, SilenceMatchers } from '@/lib/domain/silence'

/** What silences look at. */
export interface SilenceSubject {
  readonly model: string
  readonly version: string
  readonly cause: Cause
  readonly severity: Severity
  readonly owner: string | null
  /** Name of the slice it is about; null: the whole version. */
  readonly slice?: string | null
  /** Columns that take part now. */
  readonly columns: readonly string[]
}

/**
 * Whether all criteria take the alert. By columns a silence takes only alerts that are about nothing else: one that
 * another column joins has something new to say.
 */
export function isSilencedBy(matchers: SilenceMatchers, subject: SilenceSubject): boolean {
  const { models, versions, causes, severities, owners, columns, slices = [] } = matchers
  return (
    takes(models, subject.model) &&
    takes(versions, subject.version) &&
    (causes.length === 0 || causes.includes(subject.cause)) &&
    (severities.length === 0 || severities.includes(subject.severity)) &&
    takes(owners, subject.owner) &&
    takes(slices, subject.slice ?? null) &&
    (columns.length === 0 ||
      (subject.columns.length > 0 && subject.columns.every((column) => takes(columns, column))))
  )
}

/** Whether it says nothing in particular: such a silence would hide everything. */
export function isBlank(matchers: SilenceMatchers): boolean {
  return Object.values(matchers).every((list) => list.length === 0)
}

/** The silence that keeps an alert quiet longest, or null. */
export function longestSilence(
  silences: readonly Silence[],
  subject: SilenceSubject,
  nowMs: number,
): Silence | null {
  let longest: Silence | null = null
  for (const silence of silences) {
    if (silence.startsMs > nowMs || silence.endsMs <= nowMs || silence.endedBy !== null) continue
    if (longest && longest.endsMs >= silence.endsMs) continue
    if (isSilencedBy(silence.matchers, subject)) longest = silence
  }
  return longest
}
