/** Owns gathering the facts of one scanned column: what the inference rules look at, and what the profile keeps. */

import type { ColumnKind } from '@/lib/domain/column'
import type { CategoryCount, MomentsJson } from '@/lib/domain/profile'
import { momentsJson, type NumericParts, summariseNumbers } from '@/lib/profile/numeric-parts'
import type { ScannedColumn } from '@/lib/profile/scanned-column'
import { countWords, MAX_CATEGORIES } from '@/lib/profile/text-tally'
import { type ColumnFacts, inferKind } from '@/lib/stats/profile/infer-kind'
import { emptyMoments, mergeMoments } from '@/lib/stats/sketches/moments'
import { topItems } from '@/lib/stats/sketches/space-saving'
import { categoryLabel } from '@/lib/summary/category-label'

export interface DescribedColumn {
  readonly name: string
  readonly scanned: ScannedColumn
  readonly facts: ColumnFacts
  readonly kind: ColumnKind | null
  /** Integers and numbers. */
  readonly numeric: NumericParts | null
  /** Labels by count, then by label, at most 1,000. */
  readonly categories: readonly CategoryCount[]
  readonly otherCount: number
  /** Strings. */
  readonly lengths: MomentsJson | null
}

/** @param spilled the column's floats; they are changed */
export function describeColumn(name: string, scanned: ScannedColumn, spilled: Float64Array): DescribedColumn {
  const isNumber = scanned.type === 'integer' || scanned.type === 'number'
  const numeric = isNumber ? summariseNumbers(scanned.toNumbers(spilled)) : null
  const counts = scanned.isCounted ? scanned.countLabels() : topCounts(scanned)
  const categories = [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
    .slice(0, MAX_CATEGORIES)
  const kept = categories.reduce((sum, { count }) => sum + count, 0)
  const texts = scanned.type === 'string' ? measureTexts(scanned) : null
  const facts: ColumnFacts = {
    n: scanned.rows,
    present: scanned.present,
    type: scanned.present === 0 ? null : scanned.type,
    distinct: countDistinct(scanned, numeric, spilled),
    min: numeric?.min ?? null,
    max: numeric?.max ?? null,
    meanWords: texts && scanned.present > 0 ? texts.words / scanned.present : 0,
    format: scanned.format,
    labels: scanned.isCounted ? [...scanned.countTexts().keys()].sort() : null,
  }
  return {
    name,
    scanned,
    facts,
    kind: inferKind(facts),
    numeric,
    categories,
    otherCount: scanned.isCounted || scanned.tally ? Math.max(0, scanned.present - kept) : 0,
    lengths: texts ? texts.lengths : null,
  }
}

/** Counts may be too high by their error; lower ends never add up to more than there is. */
function topCounts(scanned: ScannedColumn): Map<string, number> {
  if (!scanned.tally) return new Map()
  return new Map(
    topItems(scanned.tally.topTexts()).flatMap(({ label, count, error }) =>
      count > error ? [[categoryLabel(label), count - error] as const] : [],
    ),
  )
}

function countDistinct(scanned: ScannedColumn, numeric: NumericParts | null, floats: Float64Array): number {
  if (scanned.isCounted) return scanned.countedDistinct()
  if (numeric) return numeric.distinct
  if (scanned.tally) return Math.min(scanned.present, scanned.tally.distinct())
  return new Set(scanned.toNumbers(floats)).size
}

function measureTexts(scanned: ScannedColumn): { lengths: MomentsJson; words: number } {
  if (scanned.tally) return { lengths: momentsJson(scanned.tally.lengths), words: scanned.tally.words }
  let moments = emptyMoments()
  let words = 0
  for (const [text, n] of scanned.countTexts()) {
    const length = text.length
    moments = mergeMoments(moments, { n, mean: length, m2: 0, m3: 0, m4: 0, min: length, max: length })
    words += countWords(text) * n
  }
  return { lengths: momentsJson(moments), words }
}

/** The column as plain words: an output of `yes` and `no` keeps its class names instead of becoming true and false. */
export function keepWords(column: DescribedColumn): DescribedColumn {
  if (column.facts.type !== 'boolean' || column.facts.labels?.every(isTruthWord)) return column
  return describeColumn(column.name, column.scanned.asWords(), new Float64Array(0))
}

function isTruthWord(label: string): boolean {
  return label.toLowerCase() === 'true' || label.toLowerCase() === 'false'
}
