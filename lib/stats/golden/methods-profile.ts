/** Owns the golden methods on columns as they come: their profile and their skew. */
import { countByCategory } from '@/lib/stats/divergence/sample-bins'
import type { Column, GoldenMethod } from '@/lib/stats/golden/case'
import { presentOf } from '@/lib/stats/golden/columns'
import { profileColumn, type UntypedValue } from '@/lib/stats/profile/profile-column'
import { checkSkew } from '@/lib/stats/profile/skew-check'

/** Fields that the file has only for some types and kinds are given always: what it does not name is not compared. */
const profile: GoldenMethod = (_, { inputs }) => {
  const answer = profileColumn(inputs.values as UntypedValue[])
  if (answer.status !== 'ok') return answer
  const { facts, kind, constraints } = answer
  return {
    status: 'ok',
    n: facts.n,
    non_null_fraction: facts.present / facts.n,
    type: facts.type ?? 'unknown',
    role: kind ?? 'unknown',
    distinct: facts.distinct,
    unique: facts.distinct === facts.present,
    min: facts.min,
    max: facts.max,
    non_negative: (facts.min ?? 0) >= 0,
    positive: (facts.min ?? 0) > 0,
    format: facts.format,
    domain: facts.labels,
    constraints,
  }
}

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

export const PROFILE_METHODS: Readonly<Record<string, GoldenMethod>> = { profile, skew_check: skewCheck }
