/**
 * Owns how much whole records of the reference differ by themselves from one of its windows and seasons to the next.
 *
 * A thousand rows leave few for every hour of the day. So what is measured on them counts unless it is below its own
 * noise, and what the columns are known to swing by one by one, from all rows of the reference, is added as for columns
 * that swing independently: a shift by δ standard deviations gives KS = 2Φ(δ/2) - 1 and AUC = Φ(δ/√2).
 */
import type { Cadence } from '@/lib/domain/time'
import { encodeByLevels, firstRows, mixedColumns, ownRows } from '@/lib/monitor/records/comparable-rows'
import type { ReconstructionReference } from '@/lib/monitor/records/reconstruction-reference'
import { computedOnce, type SampleReference } from '@/lib/monitor/records/sample-reference'
import { placesOf, type ReferenceData } from '@/lib/monitor/reference'
import { referenceSwing } from '@/lib/monitor/swing'
import { getDriftMethod } from '@/lib/stats/methods'
import { domainClassifier } from '@/lib/stats/multivariate/domain-classifier'
import { separationNoise } from '@/lib/stats/multivariate/separation'
import { normalCdf, normalQuantile } from '@/lib/stats/special/normal'

/** Fewer rows say more about chance than about the reference. */
const MIN_GROUP_ROWS = 30
/** Rows of the rest of the reference that a group is held against. */
const MAX_REST_ROWS = 500
/** A column that swings this far and more has nothing in common with itself. */
const WIDEST_SWING = 0.999

/** Rows that lie in the same window, the same hour of the day, or of the week. */
function groupsOf({ instants }: SampleReference, cadence: Cadence): number[][] {
  if (!instants) return []
  return placesOf(cadence).flatMap((placeOf) => {
    const groups = new Map<number, number[]>()
    instants.forEach((instant, row) => {
      const place = instant === null ? null : placeOf({ startMs: instant, endMs: instant })
      if (place === null) return
      const group = groups.get(place)
      if (group) group.push(row)
      else groups.set(place, [row])
    })
    return [...groups.values()].filter(
      ({ length }) => length >= MIN_GROUP_ROWS && length < instants.length / 2,
    )
  })
}

/** How far beyond ½ the area under the curve may lie because the reference swings; 0 for a steady one. */
export function separationSwing(sample: SampleReference, reference: ReferenceData, cadence: Cadence): number {
  return computedOnce(sample, `separation ${cadence}`, () =>
    Math.max(groupSeparation(sample, cadence), columnSeparation(sample, reference, cadence)),
  )
}

function groupSeparation(sample: SampleReference, cadence: Cadence): number {
  const columns = firstRows(sample.columns.length)
  let widest = 0
  for (const group of groupsOf(sample, cadence)) {
    const members = new Set(group)
    const rest = firstRows(sample.rows)
      .filter((row) => !members.has(row))
      .slice(0, MAX_REST_ROWS)
    const sides = encodeByLevels(
      mixedColumns(sample, ownRows(sample), { columns, reference: rest, current: group }),
    )
    const told = domainClassifier(sides.reference, sides.current)
    if (told.status !== 'ok') continue
    widest = Math.max(widest, told.value - 0.5 - separationNoise(rest.length, group.length))
  }
  return widest
}

function columnSeparation(sample: SampleReference, reference: ReferenceData, cadence: Cadence): number {
  let squares = 0
  for (const { key } of sample.columns) {
    const column = reference.columns.get(key)
    if (!column) continue
    const method = getDriftMethod(column.grid ? 'ks' : 'total_variation')
    const swing = Math.min(WIDEST_SWING, referenceSwing(column, method, cadence).swing)
    squares += (2 * normalQuantile((1 + swing) / 2)) ** 2
  }
  return normalCdf(Math.sqrt(squares / 2)) - 0.5
}

/** How far the mean error may lie from the usual one because the reference swings; 0 for a steady one. */
export function reconstructionSwing(
  sample: SampleReference,
  { rowErrors, mean, deviation }: ReconstructionReference,
  columns: readonly number[],
  cadence: Cadence,
): number {
  return computedOnce(sample, `errors ${cadence} ${columns.join()}`, () =>
    groupsOf(sample, cadence).reduce((widest, group) => {
      const own = group.reduce((sum, row) => sum + (rowErrors[row] ?? 0), 0) / group.length
      return Math.max(widest, Math.abs(own - mean) - deviation / Math.sqrt(group.length))
    }, 0),
  )
}
