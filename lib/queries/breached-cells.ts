/**
 * Owns telling which records of a window a breach is about: those in the bins or categories whose share rose most, the
 * missing ones, those of another type. Pure; knows no storage.
 */
import { LATENCY, PREDICTION, SCORE } from '@/lib/domain/column'
import type { Evaluation, EvaluationDetail } from '@/lib/domain/evaluation'
import type { ColumnProfile } from '@/lib/domain/profile'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { categoryLabel } from '@/lib/summary/category-label'
import { sampledLabel } from '@/lib/summary/rows'

/** Cells are named until they hold this part of all that rose. */
const MOST_OF_THE_RISE = 0.5
const MAX_CELLS = 5
/** Shares that rose by less are not worth a look. */
const LEAST_RISE = 0.002
/** Server-side failures start here. */
const FIRST_ERROR_STATUS = 500

export interface Cell {
  /** Inclusive; null for an open end. */
  readonly from?: number | null
  readonly to?: number | null
  readonly label?: string
  readonly before: number
  readonly now: number
}

/** What one breach says of single records. */
export interface BreachedCells {
  /** What the records show of it: a column, or a field of its own. */
  readonly name: string
  readonly family: 'input' | 'output' | 'software'
  /** The cells that grew most, in the order of the values; empty where `what` says it all. */
  readonly cells: readonly Cell[]
  /** Instead of cells: `missing`. */
  readonly what: string | null
  read(record: PredictionRecord): Scalar | undefined
  holds(record: PredictionRecord): boolean
}

type Breach = Pick<Evaluation, 'verdict' | 'limit' | 'detail'> & {
  readonly metric: string
  readonly column: { readonly family: BreachedCells['family']; readonly name: string } | null
}

/** @param column of the profile; null where there is none. @returns null for breaches that no single record shows */
export function breachedCells(breach: Breach, column: ColumnProfile | null): BreachedCells | null {
  const ofVersion = versionCells(breach)
  if (ofVersion || !breach.column) return ofVersion
  const { family, name } = breach.column
  const read = readerOf(family, name)
  const told = (what: string, isIn: (value: Scalar | undefined) => boolean): BreachedCells => {
    const holds = (record: PredictionRecord) => isIn(read(record))
    return { name, family, cells: [], what, read, holds }
  }
  const isPresent = (value: Scalar | undefined): value is string | number | boolean => !isMissing(value)
  if (breach.metric === 'missing_share' || breach.verdict === 'all_missing') return told('missing', isMissing)
  if (breach.metric === 'type_changed_share' || breach.verdict === 'type_changed')
    return column && told('of another type', (value) => isPresent(value) && !fitsType(value, column))
  if (breach.metric === 'unseen_share') {
    if (!column?.categories) return null
    const known = new Set(column.categories.map(({ label }) => label))
    const isNew = (value: Scalar | undefined) => !known.has(sampledLabel(value, column.type) ?? '')
    return told('never seen in the reference', (value) => isPresent(value) && isNew(value))
  }
  if (breach.metric === 'out_of_range_share')
    return column && told('outside the expected range', (value) => isOutside(value, column))
  const { bins } = breach.detail
  const cells = bins ? risenCells(bins) : []
  if (cells.length === 0 || !bins) return null
  return {
    name,
    family,
    cells,
    what: null,
    read,
    holds: (record) => isInside(read(record), cells, bins, column),
  }
}

/** Breaches of the version as a whole that single records show. */
function versionCells({ metric, limit }: Breach): BreachedCells | null {
  if (metric === 'null_share') {
    const read = readerOf('output', PREDICTION)
    const holds = (record: PredictionRecord) => isMissing(read(record))
    return { name: PREDICTION, family: 'output', cells: [], what: 'missing', read, holds }
  }
  if (metric === 'error_share') {
    const holds = ({ e, c }: PredictionRecord) => e !== undefined || (c ?? 0) >= FIRST_ERROR_STATUS
    const read = ({ e, c }: PredictionRecord) =>
      typeof e === 'string' ? e : (c ?? (e ? 'failed' : undefined))
    return { name: 'status', family: 'software', cells: [], what: 'failed', read, holds }
  }
  if (!metric.startsWith('latency_') || limit === null) return null
  const read = readerOf('software', LATENCY)
  const holds = ({ l }: PredictionRecord) => l !== undefined && l > limit
  return { name: LATENCY, family: 'software', cells: [], what: 'above the limit', read, holds }
}

function readerOf(family: string, name: string): BreachedCells['read'] {
  if (family === 'input') return ({ f }) => (Object.hasOwn(f, name) ? f[name] : undefined)
  if (family === 'software') return ({ l }) => l
  return name === SCORE ? ({ s }) => s : ({ p, s }) => (name === PREDICTION ? (p ?? s) : undefined)
}

/** The cells that rose most, until they hold half of all that rose, in the order in which they are drawn. */
function risenCells(bins: NonNullable<EvaluationDetail['bins']>): Cell[] {
  const risen = bins.current
    .map((now, at) => ({ at, now, before: bins.reference[at] ?? 0 }))
    .filter(({ now, before, at }) => now - before >= LEAST_RISE && !isRest(bins, at))
    .sort((a, b) => b.now - b.before - (a.now - a.before))
  const all = risen.reduce((sum, { now, before }) => sum + now - before, 0)
  let sum = 0
  const most = risen.filter(({ now, before }, order) => {
    const isNeeded = sum < all * MOST_OF_THE_RISE && order < (bins.labels ? MAX_CELLS : risen.length)
    sum += now - before
    return isNeeded
  })
  const cells = most
    .sort((a, b) => a.at - b.at)
    .map(({ at, now, before }) =>
      bins.labels
        ? { at, label: bins.labels[at] ?? '', now, before }
        : { at, from: bins.edges?.[at] ?? null, to: bins.edges?.[at + 1] ?? null, now, before },
    )
  return bins.labels ? cells : joined(cells)
}

/** `12 more`: many categories at once, of which no record can be told to be one. */
function isRest({ labels }: NonNullable<EvaluationDetail['bins']>, at: number): boolean {
  return labels !== undefined && at === labels.length - 1 && /^\d+ more$/.test(labels[at] ?? '')
}

/** Bins side by side become one. */
function joined(cells: readonly (Cell & { at: number })[]): Cell[] {
  const found: (Cell & { at: number })[] = []
  for (const cell of cells) {
    const last = found.at(-1)
    if (last?.at === cell.at - 1) {
      const shares = { now: last.now + cell.now, before: last.before + cell.before }
      found[found.length - 1] = { ...cell, ...shares, from: last.from ?? null }
    } else found.push(cell)
  }
  return found
}

function isInside(
  value: Scalar | undefined,
  cells: readonly Cell[],
  bins: NonNullable<EvaluationDetail['bins']>,
  column: ColumnProfile | null,
): boolean {
  if (isMissing(value)) return false
  if (bins.edges)
    return (
      typeof value === 'number' &&
      cells.some(({ from, to }) => value >= (from ?? -Infinity) && value <= (to ?? Infinity))
    )
  const label = column?.kind === 'numeric' ? String(value) : labelOf(value, column)
  // Numbers of few values: whatever is none of them.
  const isOther = !bins.labels?.includes(label)
  return cells.some((cell) => cell.label === label || (cell.label === 'other values' && isOther))
}

function labelOf(value: string | number | boolean, column: ColumnProfile | null): string {
  return (column && sampledLabel(value, column.type)) ?? categoryLabel(value)
}

function isMissing(value: Scalar | undefined): value is null | undefined | '' {
  return value === undefined || value === null || value === ''
}

function fitsType(value: string | number | boolean, { type }: ColumnProfile): boolean {
  if (type === 'integer' || type === 'number') return typeof value === 'number'
  if (type === 'boolean') return typeof value === 'boolean'
  return typeof value === 'string'
}

function isOutside(value: Scalar | undefined, { expectations }: ColumnProfile): boolean {
  if (typeof value !== 'number') return false
  return expectations.some((expectation) => {
    if (expectation.kind === 'range') return value < expectation.min || value > expectation.max
    if (expectation.kind === 'positive') return expectation.zeroAllowed ? value < 0 : value <= 0
    return false
  })
}
