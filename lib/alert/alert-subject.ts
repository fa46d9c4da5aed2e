/** Owns what an alert is about: a cause, of the whole version or of one of its slices. */
import type { Cause } from '@/lib/domain/monitor'
import type { SliceRef } from '@/lib/domain/slice'

/** What an alert is about: there is one of each at a time. */
export interface AlertSubject {
  readonly cause: Cause
  /** null: the whole version. */
  readonly slice: SliceRef | null
}

/** Whether an alert, or a monitor, is about this. */
export function isSameSubject(
  about: { readonly cause: Cause; readonly slice?: SliceRef | null },
  { cause, slice }: AlertSubject,
): boolean {
  return about.cause === cause && (about.slice?.id ?? null) === (slice?.id ?? null)
}

/**
 * The key that channels know an alert by, of the names that say what it is about.
 * The whole version has no part of its own in it. A changed slice of the same name is another one.
 */
export function dedupKeyOf(parts: readonly (string | SliceRef | null)[]): string {
  return parts
    .flatMap((part) =>
      part === null ? [] : typeof part === 'string' ? part : `slice ${part.id} ${part.name}`,
    )
    .map(encodeURIComponent)
    .join('/')
}
