/** Owns the golden methods on numeric columns. */

import { hellinger } from '@/lib/stats/divergence/hellinger'
import { countInBins, type EdgeRule, histogramEdges } from '@/lib/stats/divergence/histogram-edges'
import { jensenShannon } from '@/lib/stats/divergence/jensen-shannon'
import { klDivergence } from '@/lib/stats/divergence/kl-divergence'
import { fillZeroShares, psiOfShares } from '@/lib/stats/divergence/psi'
import {
  evidentlyBins,
  evidentlyHellingerBins,
  nannymlBins,
  type Sample,
} from '@/lib/stats/divergence/sample-bins'
import type { GoldenMethod } from '@/lib/stats/golden/case'
import { numbersOf, presentOf, slicesOf } from '@/lib/stats/golden/columns'
import { buildGrid, countOnGrid, mergeGridCounts } from '@/lib/stats/grid/grid'
import { ksOnGrid } from '@/lib/stats/grid/grid-ks'
import { quantileOnGrid } from '@/lib/stats/grid/grid-quantile'
import { wassersteinOnGrid } from '@/lib/stats/grid/grid-wasserstein'
import type { Score } from '@/lib/stats/outcome'
import {
  addToMoments,
  emptyMoments,
  excessKurtosis,
  mergeMoments,
  skewness,
  variance,
} from '@/lib/stats/sketches/moments'
import { kolmogorovSurvival } from '@/lib/stats/special/kolmogorov'
import { ksFromCounts } from '@/lib/stats/two-sample/ks-counts'
import type { KsAlternative } from '@/lib/stats/two-sample/ks-exact'
import { ksTwoSample } from '@/lib/stats/two-sample/ks-two-sample'
import { wasserstein } from '@/lib/stats/two-sample/wasserstein'

const sharesOf = (counts: readonly number[]) => {
  const n = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => count / n)
}

/** The divergence methods share their columns and their answer for an empty side. */
const onSamples =
  (compute: (reference: Sample, current: Sample, numeric: boolean) => number): GoldenMethod =>
  (columns, { params }) => {
    const reference = presentOf(columns.reference)
    const current = presentOf(columns.current)
    if (reference.length === 0 || current.length === 0)
      return { status: 'undefined', reason: 'too_few_values' }
    return { status: 'ok', statistic: compute(reference, current, params.type === 'numeric') }
  }

/** NaN never passes a comparison with an expected number. */
const scoreOrNaN = (score: Score) => (score.status === 'ok' ? score.value : Number.NaN)

const ksBinned: GoldenMethod = (columns, { params }) => {
  const reference = numbersOf(columns.reference).sort()
  const [low, high] = [reference[0]!, reference[reference.length - 1]!]
  const [start, end] = low === high ? [low - 0.5, high + 0.5] : [low, high]
  const cells = params.cells as number
  const edges = Array.from({ length: cells + 1 }, (_, i) => start + (end - start) * (i / cells))
  const count = (values: Float64Array) => {
    const counts = new Array<number>(cells + 2).fill(0)
    for (const value of values) counts[edges.filter((edge) => edge <= value).length]!++
    return counts
  }
  const [p, q] = [count(reference), count(numbersOf(columns.current))]
  return { ...ksFromCounts(p, q), reference_counts: p, current_counts: q }
}

const gridSketch: GoldenMethod = (columns, { params }) => {
  const sorted = numbersOf(columns.reference).sort()
  const grid = buildGrid(sorted, params.cells as number)
  const reference = countOnGrid(grid, sorted)
  const current = slicesOf(numbersOf(columns.current), params.buckets as number)
    .map((slice) => countOnGrid(grid, slice))
    .reduce(mergeGridCounts)
  const ks = ksOnGrid(grid, reference, current)
  const distance = wassersteinOnGrid(grid, reference, current)
  if (ks.status !== 'ok') return ks
  if (distance.status !== 'ok') return distance
  const bounds = [0.01, 0.5, 0.99].map((probability) => {
    const quantile = quantileOnGrid(grid, current, probability)
    return [String(probability), quantile.status === 'ok' ? [quantile.lower, quantile.upper] : null]
  })
  return {
    status: 'ok',
    edges: grid.edges.length,
    cells: grid.cellCount,
    ks_lower: ks.lower,
    ks_upper: ks.upper,
    wasserstein_lower: distance.lower,
    wasserstein_upper: distance.upper,
    quantile_bounds: Object.fromEntries(bounds),
  }
}

const momentsMerge: GoldenMethod = (columns, { params }) => {
  const moments = slicesOf(numbersOf(columns.values), params.parts as number)
    .map((slice) => {
      const part = emptyMoments()
      for (const value of slice) addToMoments(part, value)
      return part
    })
    .reduce(mergeMoments)
  return {
    status: 'ok',
    n: moments.n,
    mean: moments.mean,
    variance: variance(moments),
    min: moments.min,
    max: moments.max,
    skewness: skewness(moments),
    excess_kurtosis: excessKurtosis(moments),
  }
}

export const NUMERIC_METHODS: Readonly<Record<string, GoldenMethod>> = {
  grid_sketch: gridSketch,
  hellinger_evidently: onSamples((x, y, numeric) => {
    const { reference, current } = evidentlyHellingerBins(x, y, numeric)
    return scoreOrNaN(hellinger(reference, current))
  }),
  hellinger_nannyml: onSamples((x, y, numeric) => {
    const { reference, current } = nannymlBins(x, y, numeric)
    return scoreOrNaN(hellinger(reference, current))
  }),
  histogram_edges: (columns, { params }) => {
    const values = numbersOf(columns.values)
    const edges = histogramEdges(values, params.rule as EdgeRule)
    const counts = countInBins(values, edges)
    return { status: 'ok', n_bins: edges.length - 1, first: edges[0], last: edges.at(-1), edges, counts }
  },
  jensen_shannon_evidently: onSamples((x, y, numeric) => {
    const { reference, current } = evidentlyBins(x, y, numeric)
    return scoreOrNaN(jensenShannon(reference, current, Math.E))
  }),
  jensen_shannon_nannyml: onSamples((x, y, numeric) => {
    const { reference, current } = nannymlBins(x, y, numeric)
    return scoreOrNaN(jensenShannon(reference, current, 2))
  }),
  kl_divergence: onSamples((x, y, numeric) => {
    const { reference, current } = evidentlyBins(x, y, numeric)
    return scoreOrNaN(klDivergence(reference, current))
  }),
  ks_2samp: (columns, { params }) => {
    const reference = numbersOf(columns.reference)
    const current = numbersOf(columns.current)
    const test = ksTwoSample(
      reference,
      current,
      params as { method: 'auto' | 'asymp'; alternative: KsAlternative },
    )
    if (test.status !== 'ok') return test
    return {
      status: 'ok',
      statistic: test.value,
      p_value: test.pValue,
      method_used: test.methodUsed,
      n_reference: reference.length,
      n_current: current.length,
    }
  },
  ks_asymptotic_sf: (_, { params }) => ({
    status: 'ok',
    p_value: kolmogorovSurvival(params.n as number, params.d as number),
  }),
  ks_binned: ksBinned,
  moments_merge: momentsMerge,
  psi: onSamples((x, y, numeric) => {
    const { reference, current } = evidentlyBins(x, y, numeric)
    return psiOfShares(fillZeroShares(sharesOf(reference)), fillZeroShares(sharesOf(current)))
  }),
  wasserstein: (columns) => {
    const distance = wasserstein(numbersOf(columns.reference), numbersOf(columns.current))
    return distance.status === 'ok'
      ? { status: 'ok', statistic: distance.raw, normed: distance.normed }
      : distance
  },
}
