/** Owns the measure of whether the inputs still go together: the error of the reference's main directions on the window. */
import { EFFECT_ALPHA, type Measure, stateOf } from '@/lib/monitor/measurement'
import {
  comparableRecords,
  MIN_ROWS,
  rankContributions,
  sayContributions,
} from '@/lib/monitor/measures/records'
import { firstRows, mixedColumns } from '@/lib/monitor/records/comparable-rows'
import {
  meanSquares,
  type ReconstructionReference,
  reconstructionReference,
} from '@/lib/monitor/records/reconstruction-reference'
import { reconstructionSwing } from '@/lib/monitor/records/seasons'
import { sayNumber, sayRecords } from '@/lib/monitor/words'
import { encodeColumns } from '@/lib/stats/multivariate/encode-columns'
import { type Reconstruction, reconstruct } from '@/lib/stats/multivariate/pca-reconstruction'
import { normalQuantile, normalSurvival } from '@/lib/stats/special/normal'

/** An error below this, in standard deviations of the reference, is rounding: all directions are kept. */
const NOTHING_LEFT = 1e-9

/** Standard deviation of the errors of these rows. */
function deviationOf({ rowErrors, meanError }: Reconstruction): number {
  const squares = rowErrors.reduce((sum, error) => sum + (error - meanError) ** 2, 0)
  return Math.sqrt(squares / Math.max(1, rowErrors.length - 1))
}

/** Rows at which a change by `effect` is seen half of the time; null when the reference is too small. */
function neededRows(
  effect: number,
  { rowErrors, deviation }: ReconstructionReference,
  z: number,
): number | null {
  if (deviation === 0) return MIN_ROWS
  const rows = 1 / ((effect / (z * deviation)) ** 2 - 1 / rowErrors.length)
  return rows > 0 && rows <= 10 * rowErrors.length ? Math.max(MIN_ROWS, Math.ceil(rows)) : null
}

/** Columns whose own error moved in the direction of the whole. */
function contributionsOf(names: readonly string[], usual: ReconstructionReference, now: Reconstruction) {
  const before = usual.columnSquares
  const after = meanSquares(now)
  const sign = now.meanError >= usual.mean ? 1 : -1
  return rankContributions(
    names.map((name, j) => ({ name, part: sign * ((after[j] ?? 0) - (before[j] ?? 0)) })),
  )
}

/** Mean reconstruction error of the window's rows, against that of reference rows which the directions did not see. */
export const measureReconstruction: Measure = (input) => {
  const ready = comparableRecords(input)
  if (ready === null || 'kind' in ready) return ready
  const { sample, rows, columns, n } = ready
  const { monitor, alpha, tests, cadence } = input
  const facts = { n, nReference: sample.rows }
  const usual = reconstructionReference(sample, columns)
  const sides = encodeColumns(
    mixedColumns(sample, rows, { columns, reference: firstRows(sample.rows), current: firstRows(n) }),
    'share',
  )
  const now = usual && reconstruct(usual.model, sides.current)
  // Where all columns are kept as directions, nothing is ever left over.
  if (!usual || usual.mean < NOTHING_LEFT || now?.status !== 'ok')
    return stateOf('not_enough_data', 'The inputs do not vary enough together to be compared.', facts)
  const noise = Math.sqrt(
    usual.deviation ** 2 / sample.rows + Math.max(usual.deviation, deviationOf(now)) ** 2 / n,
  )
  const swing = reconstructionSwing(sample, usual, columns, input.reference, cadence)
  const z = normalQuantile(1 - alpha / 2)
  const moved = now.meanError - usual.mean
  const floor = monitor.effectFloor * usual.mean
  const allowed = Math.max(floor, z * noise + swing)
  const limit = Math.max(0, usual.mean + (moved >= 0 ? allowed : -allowed))
  const needed = neededRows(Math.max(floor, swing), usual, normalQuantile(1 - alpha / 2 / Math.max(1, tests)))
  const names = columns.map((position) => sample.columns[position]?.profile.name ?? '')
  const contributions = contributionsOf(names, usual, now)
  return {
    kind: 'value',
    value: now.meanError,
    limit,
    limitRatio: Math.abs(moved) / allowed,
    ...facts,
    pValue: noise > 0 ? Math.min(1, 2 * normalSurvival(Math.abs(moved) / noise)) : 1,
    isSevere: Math.abs(moved) >= 2 * allowed,
    isEnough: needed !== null && n >= needed,
    neededN: needed,
    effect: { size: Math.abs(moved), upper: Math.abs(moved) + normalQuantile(1 - EFFECT_ALPHA) * noise },
    fact:
      Math.abs(moved) > allowed
        ? sayMoved(moved, sayContributions(contributions))
        : 'The inputs go together as in the reference',
    evidence: `reconstruction error ${sayNumber(now.meanError)}, usually ${sayNumber(usual.mean)}, limit ${sayNumber(limit)}, a sample of ${sayRecords(n)}`,
    findings: [],
    detail: { contributions, usualError: usual.mean, ...(swing > 0 ? { referenceSwing: swing } : {}) },
  }
}

function sayMoved(moved: number, names: string): string {
  return moved > 0
    ? `The inputs no longer go together as in the reference, mostly ${names}`
    : `The inputs go together more closely than in the reference, mostly ${names}`
}
