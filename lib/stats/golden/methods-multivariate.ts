/** Owns the golden methods on whole rows, and the two on tables of counts that came with them. */
import { cramersV } from '@/lib/stats/categorical/cramers-v'
import { gContingency, gGoodnessOfFit } from '@/lib/stats/categorical/g-test'
import { countByCategory } from '@/lib/stats/divergence/sample-bins'
import type { GoldenMethod } from '@/lib/stats/golden/case'
import { presentOf } from '@/lib/stats/golden/columns'
import { generateMatrix } from '@/lib/stats/golden/generate-matrix'
import { domainClassifier } from '@/lib/stats/multivariate/domain-classifier'
import { hotellingT2 } from '@/lib/stats/multivariate/hotelling-t2'
import { mahalanobisDistances } from '@/lib/stats/multivariate/mahalanobis'
import { pcaReconstruction } from '@/lib/stats/multivariate/pca-reconstruction'

export const MULTIVARIATE_METHODS: Readonly<Record<string, GoldenMethod>> = {
  cramers_v: (_, { inputs }) => {
    const association = cramersV(inputs.table as number[][])
    if (association.status !== 'ok') return association
    return { status: 'ok', statistic: association.value, bias_corrected: association.biasCorrected }
  },
  domain_classifier: (_, { inputs, params }) => {
    const settings = { folds: params.folds as number, penalty: params.C as number }
    const found = domainClassifier(generateMatrix(inputs.reference), generateMatrix(inputs.current), settings)
    if (found.status !== 'ok') return found
    return {
      status: 'ok',
      statistic: found.value,
      full_fit_intercept: found.intercept,
      full_fit_coefficients: [...found.weights],
    }
  },
  g_test: (columns, { params }) => {
    const { reference, current } = countByCategory(presentOf(columns.reference), presentOf(columns.current))
    const test = params.variant === 'goodness_of_fit' ? gGoodnessOfFit : gContingency
    const score = test(reference, current)
    if (score.status !== 'ok') return score
    return { status: 'ok', statistic: score.value, p_value: score.pValue, df: score.degreesOfFreedom }
  },
  hotelling_t2: (_, { inputs }) => {
    const [reference, current] = [generateMatrix(inputs.reference), generateMatrix(inputs.current)]
    const test = hotellingT2(reference, current)
    const rows = mahalanobisDistances(reference, current)
    if (test.status !== 'ok') return test
    if (rows.status !== 'ok') return rows
    return {
      status: 'ok',
      statistic: test.value,
      f: test.f,
      p_value: test.pValue,
      mahalanobis_first3: [...rows.distances.subarray(0, 3)],
      mahalanobis_mean: rows.meanDistance,
      outlier_fraction_chi2_999: rows.outlierShare,
    }
  },
  pca_reconstruction: (_, { inputs, params }) => {
    const [reference, current] = [generateMatrix(inputs.reference), generateMatrix(inputs.current)]
    const found = pcaReconstruction(reference, current, params.explained as number)
    if (found.status !== 'ok') return found
    return {
      status: 'ok',
      components: found.model.components,
      reference_error: found.reference.meanError,
      statistic: found.current.meanError,
      sampling_error: found.current.samplingError,
      explained_ratio: [...found.model.explainedRatio],
    }
  },
}
