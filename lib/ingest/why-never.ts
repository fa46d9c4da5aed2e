/** Owns saying of a refused record that it can never be taken, and why. */
import type { RefusalOrigin } from '@/lib/domain/record'

const CUT = 'Only the beginning of the record was kept.'
const WITHHELD =
  'Not all of the record could be taken apart, so rules for privacy could not be applied to it, and that was not kept.'
const NO_ORIGIN = 'It was refused before its kind was kept for this: it has to be sent again.'

/** A sentence; null where the record may be taken. @param origin null where it was not kept */
export function whyNever(origin: RefusalOrigin | null): string | null {
  if (origin === null) return NO_ORIGIN
  return origin.state === 'cut' ? CUT : origin.state === 'withheld' ? WITHHELD : null
}
