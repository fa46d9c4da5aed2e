/** Owns the sentence that says how a column moved: its level, its spread, its shape, or the category that moved most. */
import type { ReferenceColumn } from '@/lib/monitor/reference'
import { sayShare } from '@/lib/monitor/words'
import { type CategoryPair, type Pair, pairSizes } from '@/lib/stats/methods/pair'
import type { ColumnSummary, GridSummary } from '@/lib/summary/types'

/** Shifts below this many standard deviations are no shift to speak of. */
const MIN_SHIFT = 0.1
/** Ratios of standard deviations within this factor are the same spread. */
const MIN_SPREAD = 1.15

function sayNumeric(column: ReferenceColumn, summary: GridSummary): string {
  const { name, moments } = column.profile
  if (!moments || column.deviation === 0) return `${name} no longer has the one value of ${column.against}`
  const shift = (summary.moments.mean - moments.mean) / column.deviation
  if (Math.abs(shift) >= MIN_SHIFT) {
    const size =
      Math.abs(shift) >= 10 ? Math.round(Math.abs(shift)).toLocaleString('en-US') : Math.abs(shift).toFixed(2)
    return `${name} is ${size} σ ${shift < 0 ? 'lower' : 'higher'} than in ${column.against}`
  }
  const spread = Math.sqrt(Math.max(0, summary.moments.m2) / summary.moments.n) / column.deviation
  if (spread > MIN_SPREAD || spread < 1 / MIN_SPREAD) {
    const change = Math.round(Math.abs(spread - 1) * 100)
    return `${name} varies ${change} % ${spread > 1 ? 'more' : 'less'} than in ${column.against}`
  }
  return `${name} has the level of ${column.against} but another shape`
}

function sayCategories({ profile: { name }, against }: ReferenceColumn, pair: CategoryPair): string {
  const { n, m } = pairSizes(pair)
  let largest = -1
  let at = 0
  pair.labels.forEach((_, j) => {
    const gap = Math.abs((pair.reference[j] ?? 0) / n - (pair.current[j] ?? 0) / m)
    if (gap > largest) {
      largest = gap
      at = j
    }
  })
  const label = (pair.labels[at] ?? '').slice(0, 60)
  const [before, now] = [sayShare((pair.reference[at] ?? 0) / n), sayShare((pair.current[at] ?? 0) / m)]
  return `${name} is "${label}" in ${now} of records, ${before} in ${against}`
}

/** Without full stop: `Income is 0.42 σ lower than in ${column.against}`. */
export function sayDrift(column: ReferenceColumn, summary: ColumnSummary, pair: Pair): string {
  if (pair.kind === 'categorical') return sayCategories(column, pair)
  if (summary.kind !== 'grid')
    return `${column.profile.name} is distributed differently from ${column.against}`
  return sayNumeric(column, summary)
}
