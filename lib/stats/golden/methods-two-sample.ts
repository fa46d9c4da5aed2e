/** Owns the golden methods of tests and distances on two raw samples. */
import type { GoldenMethod } from '@/lib/stats/golden/case'
import { numbersOf } from '@/lib/stats/golden/columns'
import { generateMatrix } from '@/lib/stats/golden/generate-matrix'
import { type Matrix, matrixOfColumns } from '@/lib/stats/multivariate/matrix'
import { andersonDarling } from '@/lib/stats/two-sample/anderson-darling'
import { criticalValues } from '@/lib/stats/two-sample/anderson-darling-levels'
import { cramerVonMises } from '@/lib/stats/two-sample/cramer-von-mises'
import { energyDistance } from '@/lib/stats/two-sample/energy-distance'
import { eppsSingleton } from '@/lib/stats/two-sample/epps-singleton'
import { ksOnEqualWidthBins } from '@/lib/stats/two-sample/ks-equal-width'
import { mannWhitneyU, type RankAlternative } from '@/lib/stats/two-sample/mann-whitney'
import { mmdRbf } from '@/lib/stats/two-sample/mmd'
import { twoMeansTest } from '@/lib/stats/two-sample/two-means'

type Pair = readonly [reference: Float64Array, current: Float64Array]

interface Answer {
  readonly status: 'ok'
  readonly value: number
  readonly pValue?: number
  readonly methodUsed?: string
  readonly degreesOfFreedom?: number
}

/** Both columns through a kernel; its own words become those of the files. */
const onPair =
  (
    kernel: (pair: Pair, params: Readonly<Record<string, unknown>>) => Answer | { status: 'undefined' },
  ): GoldenMethod =>
  (columns, { params }) => {
    const answer = kernel([numbersOf(columns.reference), numbersOf(columns.current)], params)
    if (answer.status !== 'ok') return answer
    return {
      status: 'ok',
      statistic: answer.value,
      ...(answer.pValue !== undefined && { p_value: answer.pValue }),
      ...(answer.methodUsed !== undefined && { method_used: answer.methodUsed }),
      ...(answer.degreesOfFreedom !== undefined && { df: answer.degreesOfFreedom }),
    }
  }

const anderson = onPair((pair) => andersonDarling(...pair))

export const TWO_SAMPLE_METHODS: Readonly<Record<string, GoldenMethod>> = {
  anderson_ksamp: (columns, golden) => {
    const answer = anderson(columns, golden)
    return answer.status === 'ok' ? { ...answer, critical_values: criticalValues } : answer
  },
  cramer_von_mises: onPair((pair, { method }) =>
    cramerVonMises(...pair, { method: method as 'auto' | 'asymptotic' }),
  ),
  energy_distance: onPair((pair) => energyDistance(...pair)),
  epps_singleton: onPair((pair) => eppsSingleton(...pair)),
  ks_nannyml_estimated: onPair((pair, { n_bins }) => ksOnEqualWidthBins(...pair, n_bins as number)),
  mann_whitney_u: onPair((pair, { alternative, method }) =>
    mannWhitneyU(...pair, {
      alternative: alternative as RankAlternative,
      method: method as 'auto' | 'exact' | 'asymptotic',
    }),
  ),
  mmd_rbf: (columns, { inputs, params }) => {
    const matrixOf = (side: 'reference' | 'current'): Matrix =>
      columns[side] ? matrixOfColumns([numbersOf(columns[side])]) : generateMatrix(inputs[side])
    const test = mmdRbf(matrixOf('reference'), matrixOf('current'), {
      permutations: params.permutations as number,
      seed: params.seed as number,
    })
    if (test.status !== 'ok') return test
    return {
      status: 'ok',
      statistic: test.value,
      sigma: test.sigma,
      p_value: test.permutedShare,
      p_value_plus_one: test.pValue,
    }
  },
  welch_t: onPair((pair, { equal_var }) => twoMeansTest(...pair, { equalVariances: equal_var as boolean })),
}
