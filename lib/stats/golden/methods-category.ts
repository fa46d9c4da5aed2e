/** Owns the golden methods on categories, proportions and lists of p-values or window values. */
import { chiSquareContingency, chiSquareGoodnessOfFit } from '@/lib/stats/categorical/chi-square'
import { fisherExact } from '@/lib/stats/categorical/fisher-exact'
import { lInfinity } from '@/lib/stats/categorical/l-infinity'
import { totalVariation } from '@/lib/stats/categorical/total-variation'
import { twoProportionZ } from '@/lib/stats/categorical/two-proportion-z'
import { countByCategory } from '@/lib/stats/divergence/sample-bins'
import type { Column, GoldenMethod } from '@/lib/stats/golden/case'
import { presentOf } from '@/lib/stats/golden/columns'
import { shapeOfDrift } from '@/lib/stats/inference/drift-shape'
import { adjustPValues, type Correction } from '@/lib/stats/inference/multiple-testing'
import { ksCritical, rowsForTwoMeans, rowsForTwoProportions } from '@/lib/stats/inference/power'
import { agrestiCoullInterval, waldInterval, wilsonInterval } from '@/lib/stats/inference/proportion-interval'
import { type Band, deviationBand, madBand, seasonalBands } from '@/lib/stats/inference/thresholds'
import type { Score } from '@/lib/stats/outcome'

const countsOf = (columns: Readonly<Record<string, Column>>) =>
  countByCategory(presentOf(columns.reference), presentOf(columns.current))

const answer = (score: Score): Readonly<Record<string, unknown>> =>
  score.status === 'ok'
    ? { status: 'ok', statistic: score.value, p_value: score.pValue, df: score.degreesOfFreedom }
    : score

const ends = (band: Band | null) => (band ? [band.lower, band.upper] : null)

const CORRECTIONS: readonly Correction[] = ['bonferroni', 'holm', 'benjamini_hochberg', 'benjamini_yekutieli']

const thresholds: GoldenMethod = (columns, { params, expected }) => {
  const values = (columns.values ?? []) as readonly (number | null)[]
  if ('seasonal' in expected) {
    const { period, k, min_history } = params as { period: number; k: number; min_history: number }
    return { status: 'ok', seasonal: seasonalBands(values, period, k, min_history).map(ends) }
  }
  const share = { lowest: 0, highest: 1 }
  return {
    status: 'ok',
    standard_deviation: ends(deviationBand(values)),
    standard_deviation_limited_0_1: ends(deviationBand(values, 3, share)),
    upper_only_2sd: [null, deviationBand(values, 2)?.upper],
    mad: ends(madBand(values)),
    mad_limited_0_1: ends(madBand(values, 3, share)),
  }
}

const power: GoldenMethod = (_, { params }) => {
  const p = params as Record<string, number>
  switch (params.kind) {
    case 'two_means':
      return { status: 'ok', n_per_group: rowsForTwoMeans(p.d!, p.alpha!, p.power!) }
    case 'two_proportions':
      return { status: 'ok', n_per_group: rowsForTwoProportions(p.p1!, p.p2!, p.alpha!, p.power!) }
    default:
      return { status: 'ok', critical: ksCritical(p.n!, p.m!, p.alpha!) }
  }
}

export const CATEGORY_METHODS: Readonly<Record<string, GoldenMethod>> = {
  chi_square: (columns, { params }) => {
    const { reference, current } = countsOf(columns)
    if (params.variant === 'goodness_of_fit') return answer(chiSquareGoodnessOfFit(reference, current))
    return answer(chiSquareContingency(reference, current, params.yates !== false))
  },
  drift_shape: (_, { inputs, params }) => ({
    status: 'ok',
    ...shapeOfDrift(inputs.series as number[], params.threshold as number, params.min_run as number),
  }),
  fisher_exact: (_, { inputs, params }) => {
    const [[a, b], [c, d]] = inputs.table as [[number, number], [number, number]]
    const test = fisherExact({ a, b, c, d })
    if (test.status !== 'ok') return test
    const pValues: Readonly<Record<string, number>> = { less: test.pLess, greater: test.pGreater }
    return {
      status: 'ok',
      odds_ratio: test.oddsRatio ?? 'NaN',
      p_value: pValues[String(params.alternative)] ?? test.pTwoSided,
    }
  },
  l_infinity: (columns) => {
    const { reference, current, categories } = countsOf(columns)
    const distance = lInfinity(reference, current)
    if (distance.status !== 'ok') return distance
    return {
      status: 'ok',
      statistic: distance.value,
      category: distance.at === null ? null : categories[distance.at],
    }
  },
  multiple_testing: (_, { inputs, params }) => {
    const corrected = CORRECTIONS.map((correction) => {
      const adjusted = adjustPValues(inputs.p_values as number[], correction)
      return [correction, { adjusted, reject: adjusted.map((p) => p <= (params.alpha as number)) }]
    })
    return { status: 'ok', ...Object.fromEntries(corrected) }
  },
  power,
  proportion_interval: (_, { inputs, params }) => {
    const [successes, n, alpha] = [inputs.successes as number, inputs.n as number, params.alpha as number]
    return {
      status: 'ok',
      wilson: [...wilsonInterval(successes, n, alpha)],
      wald: [...waldInterval(successes, n, alpha)],
      agresti_coull: [...agrestiCoullInterval(successes, n, alpha)],
    }
  },
  thresholds,
  total_variation: (columns) => {
    const { reference, current } = countsOf(columns)
    return answer(totalVariation(reference, current))
  },
  two_proportion_z: (_, { inputs }) => {
    const counts = inputs as Record<string, number>
    return answer(
      twoProportionZ(
        { successes: counts.reference_successes!, n: counts.reference_n! },
        { successes: counts.current_successes!, n: counts.current_n! },
      ),
    )
  },
}
