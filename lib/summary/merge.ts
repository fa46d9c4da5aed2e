/** Owns merging of summaries: the summary of two sets of records is a function of the summaries of each. */
import { mergeDDSketches } from '@/lib/stats/sketches/ddsketch'
import { mergeSpaceSavings } from '@/lib/stats/sketches/space-saving'
import { mergeCustom } from '@/lib/summary/custom'
import { mergeEvents } from '@/lib/summary/events'
import { mergeExactSums, plainSums } from '@/lib/summary/exact-sums'
import { mergeFiniteMoments } from '@/lib/summary/finite-moments'
import { mergeQuality } from '@/lib/summary/merge-quality'
import { mergeRows } from '@/lib/summary/rows'
import type {
  CategorySummary,
  ColumnSummary,
  GridSummary,
  SketchSummary,
  Summary,
  TrafficSummary,
} from '@/lib/summary/types'

export { subtractQuality } from '@/lib/summary/merge-quality'

/**
 * Summary of the union of two sets of records; the arguments are left alone.
 * A column that was numeric in one part and text in the other (possible only without a profile) is numeric,
 * and the texts count as changed in type.
 * @throws RangeError for summaries of different things
 */
export function mergeSummaries<S extends Summary>(a: S, b: S): S
export function mergeSummaries(a: Summary, b: Summary): Summary {
  if (a.kind === 'grid' && b.kind === 'grid') return mergeGrids(a, b)
  if (a.kind === 'sketch' && b.kind === 'sketch') return mergeSketches(a, b)
  if (a.kind === 'categories' && b.kind === 'categories') return mergeCategories(a, b)
  if (a.kind === 'sketch' && b.kind === 'categories') return withTexts(a, b)
  if (a.kind === 'categories' && b.kind === 'sketch') return withTexts(b, a)
  if (a.kind === 'traffic' && b.kind === 'traffic') return mergeTraffic(a, b)
  if (a.kind === 'quality' && b.kind === 'quality') return mergeQuality(a, b)
  if (a.kind === 'rows' && b.kind === 'rows') return mergeRows(a, b)
  if (a.kind === 'events' && b.kind === 'events') return mergeEvents(a, b)
  if (a.kind === 'custom' && b.kind === 'custom') return mergeCustom(a, b)
  throw new RangeError(`summaries of kinds ${a.kind} and ${b.kind} do not merge`)
}

/** Whether a summary is that of a column, and not of the version as a whole. */
export function isColumnSummary(summary: Summary): summary is ColumnSummary {
  return summary.kind === 'grid' || summary.kind === 'sketch' || summary.kind === 'categories'
}

/** Rows that a column summary speaks of: present, missing and changed in type. */
export function rowsOf(summary: ColumnSummary): number {
  return presentOf(summary) + summary.missing + summary.typeChanged
}

/** Values that a column summary holds. */
export function presentOf(summary: ColumnSummary): number {
  switch (summary.kind) {
    case 'grid':
      return summary.values.n
    case 'sketch':
      return summary.sketch.n
    case 'categories':
      return summary.counts.n
  }
}

function mergeGrids(a: GridSummary, b: GridSummary): GridSummary {
  if (a.values.counts.length !== b.values.counts.length)
    throw new RangeError('summaries on different grids do not merge')
  const counts = a.values.counts.map((count, cell) => count + (b.values.counts[cell] ?? 0))
  const exact = a.exact && b.exact ? mergeExactSums(a.exact, b.exact) : undefined
  const grid = a.grid ?? b.grid
  const sums = exact && grid ? plainSums(grid, counts, exact) : addSums(a.values.sums, b.values.sums)
  return {
    kind: 'grid',
    missing: a.missing + b.missing,
    typeChanged: a.typeChanged + b.typeChanged,
    outOfRange: a.outOfRange + b.outOfRange,
    moments: mergeFiniteMoments(a.moments, b.moments),
    values: {
      n: a.values.n + b.values.n,
      counts,
      sums,
      min: Math.min(a.values.min, b.values.min),
      max: Math.max(a.values.max, b.values.max),
    },
    ...(exact && { exact }),
    ...(grid && { grid }),
  }
}

/** Sums are empty where the grid was not at hand. */
function addSums(a: Float64Array, b: Float64Array): Float64Array {
  return a.length === b.length ? a.map((sum, cell) => sum + (b[cell] ?? 0)) : new Float64Array(0)
}

function mergeSketches(a: SketchSummary, b: SketchSummary): SketchSummary {
  return {
    kind: 'sketch',
    missing: a.missing + b.missing,
    typeChanged: a.typeChanged + b.typeChanged,
    sketch: mergeDDSketches(a.sketch, b.sketch),
    moments: mergeFiniteMoments(a.moments, b.moments),
  }
}

function mergeCategories(a: CategorySummary, b: CategorySummary): CategorySummary {
  return {
    kind: 'categories',
    missing: a.missing + b.missing,
    typeChanged: a.typeChanged + b.typeChanged,
    unseen: a.unseen + b.unseen,
    outOfRange: (a.outOfRange ?? 0) + (b.outOfRange ?? 0),
    lengths: mergeFiniteMoments(a.lengths, b.lengths),
    counts: mergeSpaceSavings(a.counts, b.counts),
  }
}

function withTexts(numbers: SketchSummary, texts: CategorySummary): SketchSummary {
  return {
    ...numbers,
    missing: numbers.missing + texts.missing,
    typeChanged: numbers.typeChanged + texts.typeChanged + texts.counts.n,
  }
}

function mergeTraffic(a: TrafficSummary, b: TrafficSummary): TrafficSummary {
  return {
    kind: 'traffic',
    records: a.records + b.records,
    errors: a.errors + b.errors,
    backfilled: a.backfilled + b.backfilled,
    late: a.late + b.late,
    timeAssumed: a.timeAssumed + b.timeAssumed,
    nullPredictions: a.nullPredictions + b.nullPredictions,
    latency: mergeDDSketches(a.latency, b.latency),
    latencyMoments: mergeFiniteMoments(a.latencyMoments, b.latencyMoments),
    memory: mergeFiniteMoments(a.memory, b.memory),
    load: mergeFiniteMoments(a.load, b.load),
  }
}
