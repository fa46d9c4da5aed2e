/** Owns the measure of how well a classifier tells the window's records from those of the reference. */
import { EFFECT_ALPHA, type Measure, stateOf } from '@/lib/monitor/measurement'
import {
  comparableRecords,
  MIN_ROWS,
  rankContributions,
  sayContributions,
} from '@/lib/monitor/measures/records'
import { encodeByLevels, firstRows, mixedColumns } from '@/lib/monitor/records/comparable-rows'
import { separationSwing } from '@/lib/monitor/records/seasons'
import { sayDistances, sayRecords } from '@/lib/monitor/words'
import { domainClassifier } from '@/lib/stats/multivariate/domain-classifier'
import type { EncodedColumns } from '@/lib/stats/multivariate/encode-columns'
import { separationNoise } from '@/lib/stats/multivariate/separation'
import { standardisationOf } from '@/lib/stats/multivariate/standardise'
import { normalQuantile, normalSurvival } from '@/lib/stats/special/normal'

/** Rows of either side: more would make the answer finer than its floor asks, and cost in proportion. */
const MAX_ROWS = 500
/** Rows a column of the matrix needs before its weight can be learnt. */
const ROWS_A_COLUMN = 2
/** Above it nothing could be told apart any better. */
const HIGHEST_LIMIT = 0.99
const CHANCE = 0.5
/**
 * Areas out of fold scatter more than those of a score that was fixed beforehand, as its weights follow the same rows:
 * simulated 1.32 to 1.54 times for 50 to 500 rows against 500, and 2 to 20 columns.
 */
const FOLD_SCATTER = 1.5

/** Rows at which a separation by `effect` beyond chance is seen half of the time; null when the reference is too small. */
function neededRows(effect: number, nReference: number, z: number, width: number): number | null {
  const squares = (effect / z / FOLD_SCATTER) ** 2
  const rows = (nReference + 1) / (12 * nReference * squares - 1)
  if (!(rows > 0) || rows > MAX_ROWS) return null
  return Math.max(MIN_ROWS, Math.ceil(rows), ROWS_A_COLUMN * width)
}

/**
 * What each column adds to the difference of the mean scores: its weight times how far its mean moved. A weight alone
 * may be that of a column which stayed where it was while those it goes with moved.
 */
function contributionsOf(names: readonly string[], sides: EncodedColumns, weights: Float64Array) {
  const [before, now] = [sides.reference, sides.current]
  const { means: meansBefore } = standardisationOf(before)
  const { means: meansNow } = standardisationOf(now)
  const { deviations } = standardisationOf(before, now)
  const parts = names.map(() => 0)
  sides.sources.forEach(({ column }, j) => {
    const moved = ((meansNow[j] ?? 0) - (meansBefore[j] ?? 0)) / (deviations[j] ?? 1)
    parts[column] = (parts[column] ?? 0) + (weights[j] ?? 0) * moved
  })
  return rankContributions(names.map((name, column) => ({ name, part: parts[column] ?? 0 })))
}

/** Out-of-fold area under the curve of a linear classifier, reference against window. */
export const measureSeparation: Measure = (input) => {
  const ready = comparableRecords(input)
  if (ready === null || 'kind' in ready) return ready
  const { sample, rows, columns } = ready
  const { monitor, alpha, tests, cadence, reference } = input
  const [nReference, n] = [Math.min(MAX_ROWS, sample.rows), Math.min(MAX_ROWS, ready.n)]
  const sides = encodeByLevels(
    mixedColumns(sample, rows, { columns, reference: firstRows(nReference), current: firstRows(n) }),
  )
  const told = domainClassifier(sides.reference, sides.current)
  const facts = { n, nReference }
  if (told.status !== 'ok')
    return stateOf('not_enough_data', 'The inputs of this window do not vary enough to be compared.', facts)
  const noise = FOLD_SCATTER * separationNoise(nReference, n)
  const swing = separationSwing(sample, reference, cadence)
  const z = normalQuantile(1 - alpha)
  const effect = told.value - CHANCE
  const allowed = Math.min(HIGHEST_LIMIT - CHANCE, Math.max(monitor.effectFloor - CHANCE, z * noise + swing))
  const limit = CHANCE + allowed
  const neededN = neededRows(
    Math.max(monitor.effectFloor - CHANCE, swing),
    nReference,
    normalQuantile(1 - alpha / Math.max(1, tests)),
    sides.sources.length,
  )
  const names = columns.map((position) => sample.columns[position]?.profile.name ?? '')
  const contributions = contributionsOf(names, sides, told.weights)
  const [said, saidLimit] = sayDistances(told.value, limit)
  return {
    kind: 'value',
    value: told.value,
    limit,
    limitRatio: effect / allowed,
    ...facts,
    pValue: normalSurvival(effect / noise),
    isSevere: effect >= 2 * allowed,
    isEnough: neededN !== null && n >= neededN,
    neededN,
    effect: { size: Math.max(0, effect), upper: effect + normalQuantile(1 - EFFECT_ALPHA) * noise },
    fact:
      effect > allowed
        ? `Records look different as a whole: a classifier tells them from the reference, mostly by ${sayContributions(contributions)}`
        : 'A classifier does not tell the records from those of the reference',
    evidence: `AUC ${said}, limit ${saidLimit}, a sample of ${sayRecords(n)}`,
    findings: [],
    detail: { contributions, ...(swing > 0 ? { referenceSwing: swing } : {}) },
  }
}
