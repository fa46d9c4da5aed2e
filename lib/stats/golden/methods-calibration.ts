/** Owns the golden methods on calibration. */
import { calibrationError, equalCountError } from '@/lib/stats/calibration/calibration-error'
import { fitIsotonic, predictIsotonic } from '@/lib/stats/calibration/isotonic'
import { needsCalibration } from '@/lib/stats/calibration/needs-calibration'
import type { GoldenMethod } from '@/lib/stats/golden/case'
import { numbersOf } from '@/lib/stats/golden/columns'
import { meanOf } from '@/lib/stats/sum'

const isotonic: GoldenMethod = (columns, { params }) => {
  const scores = numbersOf(columns.score)
  const learnt = fitIsotonic(scores, numbersOf(columns.y_true))
  if (learnt.status !== 'ok') return learnt
  const predict = (score: number) => predictIsotonic(learnt.fit, score)
  return {
    status: 'ok',
    knots: learnt.fit.x.length,
    predict: (params.query as number[]).map(predict),
    mean_fit: meanOf(scores.map(predict)),
  }
}

const calibration: GoldenMethod = (columns, { params, expected }) => {
  const [scores, labels] = [numbersOf(columns.score), numbersOf(columns.y_true)]
  const answer = calibrationError(scores, labels, params.bins as number)
  if (answer.status !== 'ok') return answer
  const equalCount = equalCountError(scores, labels, params.bins as number)
  return {
    status: 'ok',
    ece_equal_width: answer.expected,
    mce_equal_width: answer.largest,
    bins: answer.bins.map(({ bin, count, meanScore, positiveRate }) => [bin, count, meanScore, positiveRate]),
    // Not recorded for rounded scores.
    ece_equal_count:
      expected.ece_equal_count === null || equalCount.status !== 'ok' ? null : equalCount.value,
    brier: answer.brier,
  }
}

export const CALIBRATION_METHODS: Readonly<Record<string, GoldenMethod>> = {
  calibration,
  isotonic,
  needs_calibration: (columns) => {
    const answer = needsCalibration(numbersOf(columns.score), numbersOf(columns.y_true))
    if (answer.status !== 'ok') return answer
    return {
      status: 'ok',
      needs_calibration: answer.needed,
      ece_before: answer.before,
      ece_after: answer.after,
    }
  },
}
