/** Owns the sentences of the page of slices. */
import { formatCount, formatNumber, formatShare } from '@/app/format'
import type { Estimate } from '@/lib/queries/slice-figures'
import type { SliceRow, SlicesPage } from '@/lib/queries/slices-page'

type Kind = 'share' | 'number'

/** A share as per cent; an error in the unit of the target as a number. */
export function sayNumber(value: number, kind: Kind): string {
  return kind === 'number' ? formatNumber(value) : formatShare(value)
}

/** `10.9 % … 13.4 %` */
export function sayInterval({ low, high }: Estimate, kind: Kind): string {
  return `${sayNumber(low, kind)} … ${sayNumber(high, kind)}`
}

/** `12.1 % (10.9 % … 13.4 %)` */
function sayEstimate(estimate: Estimate, kind: Kind): string {
  return `${sayNumber(estimate.value, kind)} (${sayInterval(estimate, kind)})`
}

/** First sentence: who is worst, and whether that is more than chance. */
export function saySlices({ rows, whole, qualityKind }: SlicesPage): string {
  if (rows.length === 0) return 'No part of the records is looked at by itself.'
  const kind = qualityKind === 'mae' ? 'number' : 'share'
  const name = qualityKind === 'mae' ? 'mean absolute error' : 'error rate'
  const labelled = rows.filter((row): row is SliceRow & { quality: Estimate } => row.quality !== null)
  const worst = labelled.reduce<(SliceRow & { quality: Estimate }) | null>(
    (a, b) => (a === null || b.quality.low > a.quality.low ? b : a),
    null,
  )
  if (worst && whole.quality && worst.quality.low > whole.quality.value) {
    const all = sayNumber(whole.quality.value, kind)
    return `${worst.slice.name} does worst: its ${name} is ${sayEstimate(worst.quality, kind)} over ${formatCount(worst.quality.n)} labels; over all records it is ${all}.`
  }
  const moved = rows.find(({ drift }) => drift !== null && drift.ratio > 1)
  if (moved?.drift)
    return `${moved.slice.name} moved: ${moved.drift.column} is beyond its limit over ${moved.drift.isLastDay ? 'the last day of this range' : 'this range'}.`
  if (labelled.length > 0) return `No slice’s ${name} is above that of all records by more than chance.`
  return 'No slice is beyond a limit over this range; labels have not come for any.'
}
