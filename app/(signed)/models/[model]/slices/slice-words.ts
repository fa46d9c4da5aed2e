/** Owns the sentences of the page of slices. */
import { formatCount, formatNumber, formatShare } from '@/app/format'
import type { Estimate } from '@/lib/queries/slice-figures'
import type { SliceRow, SlicesPage } from '@/lib/queries/slices-page'

/** `12.1 % (10.9 … 13.4 %, 2,310 labels)`; of an error in the unit of the target, the numbers alone. */
export function sayEstimate({ value, low, high }: Estimate, kind: 'share' | 'number'): string {
  if (kind === 'number') return `${formatNumber(value)} (${formatNumber(low)} … ${formatNumber(high)})`
  return `${formatShare(value)} (${formatShare(low)} … ${formatShare(high)})`
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
    const all = kind === 'number' ? formatNumber(whole.quality.value) : formatShare(whole.quality.value)
    return `${worst.slice.name} does worst: its ${name} is ${sayEstimate(worst.quality, kind)} over ${formatCount(worst.quality.n)} labels; over all records it is ${all}.`
  }
  const moved = rows.find(({ drift }) => drift !== null && drift.ratio > 1)
  if (moved?.drift)
    return `${moved.slice.name} moved: ${moved.drift.column} is beyond its limit over ${moved.drift.isLastDay ? 'the last day of this range' : 'this range'}.`
  if (labelled.length > 0) return `No slice’s ${name} is above that of all records by more than chance.`
  return 'No slice is beyond a limit over this range; labels have not come for any.'
}
