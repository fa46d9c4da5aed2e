/** Owns the golden methods that draw a sample again. */
import type { GoldenMethod } from '@/lib/stats/golden/case'
import { numbersOf } from '@/lib/stats/golden/columns'
import { bootstrap, type SampleStatistic } from '@/lib/stats/inference/bootstrap'
import { jackknifeError } from '@/lib/stats/inference/jackknife'
import { medianOf } from '@/lib/stats/quantile'
import { deviationOf, meanOf } from '@/lib/stats/sum'

const STATISTICS: Readonly<Record<string, SampleStatistic>> = {
  mean: meanOf,
  median: medianOf,
  std: deviationOf,
}

export const RESAMPLING_METHODS: Readonly<Record<string, GoldenMethod>> = {
  resampling: (columns, { params }) => {
    const values = numbersOf(columns.values)
    const statistic = STATISTICS[params.statistic as string]!
    const drawn = bootstrap(values, statistic, {
      seed: params.seed as number,
      resamples: params.resamples as number,
    })
    if (drawn.status !== 'ok') return drawn
    const jackknife = jackknifeError(values, statistic)
    return {
      status: 'ok',
      estimate: drawn.estimate,
      bootstrap_95: [drawn.lower, drawn.upper],
      bootstrap_se: drawn.standardError,
      jackknife_se: jackknife.status === 'ok' ? jackknife.value : null,
    }
  },
}
