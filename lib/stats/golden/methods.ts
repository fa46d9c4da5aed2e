/** Owns the table of golden methods that are implemented: how a case's inputs become an answer. */
import type { GoldenMethod } from '@/lib/stats/golden/case'
import { CALIBRATION_METHODS } from '@/lib/stats/golden/methods-calibration'
import { CATEGORY_METHODS } from '@/lib/stats/golden/methods-category'
import { ESTIMATION_METHODS } from '@/lib/stats/golden/methods-estimation'
import { MULTIVARIATE_METHODS } from '@/lib/stats/golden/methods-multivariate'
import { NUMERIC_METHODS } from '@/lib/stats/golden/methods-numeric'
import { PROFILE_METHODS } from '@/lib/stats/golden/methods-profile'
import { QUALITY_METHODS } from '@/lib/stats/golden/methods-quality'
import { REALISED_METHODS } from '@/lib/stats/golden/methods-realised'
import { RESAMPLING_METHODS } from '@/lib/stats/golden/methods-resampling'
import { SKETCH_METHODS } from '@/lib/stats/golden/methods-sketch'
import { STREAM_METHODS } from '@/lib/stats/golden/methods-streams'
import { TWO_SAMPLE_METHODS } from '@/lib/stats/golden/methods-two-sample'

/** By golden file name. Adding a method is a line in one of these tables. */
export const GOLDEN_METHODS: Readonly<Record<string, GoldenMethod>> = {
  ...NUMERIC_METHODS,
  ...CATEGORY_METHODS,
  ...QUALITY_METHODS,
  ...SKETCH_METHODS,
  ...CALIBRATION_METHODS,
  ...ESTIMATION_METHODS,
  ...REALISED_METHODS,
  ...RESAMPLING_METHODS,
  ...PROFILE_METHODS,
  ...MULTIVARIATE_METHODS,
  ...STREAM_METHODS,
  ...TWO_SAMPLE_METHODS,
}
