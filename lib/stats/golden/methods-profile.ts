/** Owns the golden methods on columns as they come: their profile and their skew. */
import { countByCategory } from '@/lib/stats/divergence/sample-bins'
import type { Column, GoldenMethod } from '@/lib/stats/golden/case'
import { presentOf } from '@/lib/stats/golden/columns'
import { checkSkew } from '@/lib/stats/profile/skew-check'

const missingIn = (column: Column | undefined) => (column ?? []).filter((value) => value === null).length

const skewCheck: GoldenMethod = (columns) => {
  const { reference, current } = countByCategory(presentOf(columns.training), presentOf(columns.serving))
  const answer = checkSkew(
    { counts: reference, missing: missingIn(columns.training) },
    { counts: current, missing: missingIn(columns.serving) },
  )
  if (answer.status !== 'ok') return answer
  return {
    status: 'ok',
    training_missing_rate: answer.trainingMissingRate,
    serving_missing_rate: answer.servingMissingRate,
    missing_z: answer.missingZ,
    l_infinity: answer.lInfinity,
    unseen_fraction: answer.unseenShare,
    vanished_fraction: answer.vanishedShare,
  }
}

export const PROFILE_METHODS: Readonly<Record<string, GoldenMethod>> = { skew_check: skewCheck }
