/**
 * Owns how much whole records of the reference differ by themselves from one of its windows and seasons to the next.
 *
 * A thousand rows leave few for every hour of the day. So what is measured on them counts unless it is below its own
 * noise, and what the columns are known to swing by one by one, from all rows of the reference, is put together as for
 * columns that swing independently: a shift by δ standard deviations gives KS = 2Φ(δ/2) - 1, and AUC = Φ(δ/√2).
 */
import { type Cadence, DAY_MS, nominalWindowMs, WEEK_MS } from '@/lib/domain/time'
import { encodeByLevels, firstRows, mixedColumns, ownRows } from '@/lib/monitor/records/comparable-rows'
import type { ReconstructionReference } from '@/lib/monitor/records/reconstruction-reference'
import { computedOnce, type SampleReference } from '@/lib/monitor/records/sample-reference'
import { varianceInflations } from '@/lib/monitor/records/variance-inflation'
import { type Place, placesOf, type ReferenceData } from '@/lib/monitor/reference'
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

/** The day of the week: a thousand rows are too few for each of its hours. */
const weekday: Place = ({ startMs }) => Math.floor((startMs % WEEK_MS) / DAY_MS)

/** Rows that lie in the same window, on the same day of the week, in the same hour of the day or of the week: a list of each. */
function groupsOf({ instants }: SampleReference, cadence: Cadence): number[][][] {
  if (!instants) return []
  const places = nominalWindowMs(cadence) < DAY_MS ? [...placesOf(cadence), weekday] : placesOf(cadence)
  return places.map((placeOf) => {
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
  for (const group of groupsOf(sample, cadence).flat()) {
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
  const inflations = varianceInflations(sample)
  const shifts = squaredShifts(sample, reference, cadence)
  const apart = shifts.reduce((sum, square, position) => sum + square * (inflations[position] ?? 1), 0)
  return normalCdf(Math.sqrt(apart / 2)) - 0.5
}

/** δ² of the shift that each column's swing amounts to, in standard deviations. */
function squaredShifts(sample: SampleReference, reference: ReferenceData, cadence: Cadence): number[] {
  return sample.columns.map(({ key }) => {
    const column = reference.columns.get(key)
    if (!column) return 0
    const method = getDriftMethod(column.grid ? 'ks' : 'total_variation')
    const swing = Math.min(WIDEST_SWING, referenceSwing(column, method, cadence).swing)
    return (2 * normalQuantile((1 + swing) / 2)) ** 2
  })
}

/**
 * How far the mean error may lie from the usual one because the reference swings; 0 for a steady one. What windows and
 * seasons show adds up; a shift of the columns adds that part of its square which no kept direction takes.
 */
export function reconstructionSwing(
  sample: SampleReference,
  usual: ReconstructionReference,
  columns: readonly number[],
  reference: ReferenceData,
  cadence: Cadence,
): number {
  return computedOnce(sample, `errors ${cadence} ${columns.join()}`, () => {
    const { mean, model } = usual
    const left = 1 - model.components / model.columns
    const shifts = squaredShifts(sample, reference, cadence)
    const apart = columns.reduce((sum, position) => sum + (shifts[position] ?? 0), 0)
    const shifted = Math.sqrt(mean ** 2 + left * apart) - mean
    return Math.max(shifted, groupErrors(sample, usual, cadence))
  })
}

function groupErrors(
  sample: SampleReference,
  { rowErrors, mean, deviation }: ReconstructionReference,
  cadence: Cadence,
): number {
  const widest = groupsOf(sample, cadence).map((groups) =>
    groups.reduce((most, group) => {
      const own = group.reduce((sum, row) => sum + (rowErrors[row] ?? 0), 0) / group.length
      return Math.max(most, Math.abs(own - mean) - deviation / Math.sqrt(group.length))
    }, 0),
  )
  return widest.reduce((sum, one) => sum + one, 0)
}
