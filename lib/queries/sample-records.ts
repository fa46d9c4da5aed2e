/** Owns a few records of a window as examples of what an alert is about, shown as the privacy rules of today allow. */
import type { Context } from '@/lib/access/context'
import { columnKey, PREDICTION, SCORE } from '@/lib/domain/column'
import type { Model, Version } from '@/lib/domain/model'
import type { ColumnProfile, StoredProfile } from '@/lib/domain/profile'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import type { SliceCondition } from '@/lib/domain/slice'
import type { TimeRange } from '@/lib/domain/time'
import type { BreachedCells } from '@/lib/queries/breached-cells'
import { createVeil, type Veil } from '@/lib/queries/veil'
import { sliceOfRecords } from '@/lib/summary/slice-filter'

const MAX_SAMPLES = 5
const MAX_COLUMNS = 6
const MAX_TEXT = 80
/** Records looked through for examples: what breached a limit is rarely rarer than one in some hundred. */
const MAX_LOOKED_AT = 2_000

export interface SampleValue {
  readonly name: string
  readonly text: string
  /** It lies in what the alert is about. */
  readonly isBreached: boolean
}

export interface SampleRecord {
  readonly id: string
  readonly atMs: number
  readonly prediction: string
  readonly isPredictionBreached: boolean
  readonly values: readonly SampleValue[]
}

export interface Samples {
  readonly records: readonly SampleRecord[]
  /** `breached`: they lie in what breached; `first`: there is no such place, or none of those looked at lies in it. */
  readonly chosen: 'breached' | 'first'
  /** Records of the window that were looked at. */
  readonly lookedAt: number
  /** Whether the values of an input may be named in words. */
  hides(input: string): boolean
}

export interface SampleWish {
  readonly model: Model
  readonly version: Version
  readonly window: TimeRange
  /** What breached, the most important first. */
  readonly breaches: readonly BreachedCells[]
  /** Further inputs to show. */
  readonly inputs: readonly string[]
  readonly profile: StoredProfile | null
  /** Only records of the slice of these conditions; null: of the whole version. */
  readonly slice?: readonly SliceCondition[] | null
}

/** A column of the samples. */
interface Shown {
  readonly name: string
  readonly family: BreachedCells['family']
  readonly breaches: readonly BreachedCells[]
  read(record: PredictionRecord): Scalar | undefined
}

/** Records that lie in most of what breached, in the leading breach before others; each with the columns of the alert. */
export async function listSampleRecords(ctx: Context, wish: SampleWish): Promise<Samples> {
  const { model, version, window, profile } = wish
  const [stored, rules] = await Promise.all([
    ctx.log.recordsBetween(model.name, version.name, window, MAX_LOOKED_AT),
    ctx.metadata.listFieldRules(model.id, 1),
  ])
  const found = wish.slice ? sliceOfRecords(wish.slice, stored) : stored
  const veil = createVeil(rules[0]?.rules ?? [])
  const columns = new Map(profile?.profile.columns.map((column) => [columnKey(column), column]))
  const ofPrediction = wish.breaches.filter(isOfPrediction)
  const hits = mostBreached(found, wish.breaches)
  const shown = shownColumns(wish)
  const records = (hits.length > 0 ? hits : found).slice(0, MAX_SAMPLES)
  return {
    records: records.map((record) => ({
      id: textOf(veil.field('id', record.id)),
      atMs: record.at,
      prediction: textOf(
        record.p === undefined ? veil.field('score', record.s) : veil.field('prediction', record.p),
      ),
      isPredictionBreached: ofPrediction.some((breach) => breach.holds(record)),
      values: shown.map((column) => ({
        name: column.name,
        text: textOf(veiledValue(veil, column, record, columns.get(columnKey(column)) ?? null)),
        isBreached: column.breaches.some((breach) => breach.holds(record)),
      })),
    })),
    chosen: hits.length > 0 ? 'breached' : 'first',
    lookedAt: found.length,
    hides: veil.hides,
  }
}

function mostBreached(
  records: readonly PredictionRecord[],
  breaches: readonly BreachedCells[],
): PredictionRecord[] {
  // The leading one counts as much as all the others together.
  const weightOf = (at: number) => (at === 0 ? breaches.length : 1)
  return records
    .map((record) => ({
      record,
      weight: breaches.reduce((sum, breach, at) => sum + (breach.holds(record) ? weightOf(at) : 0), 0),
    }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ record }) => record)
}

/** The prediction stands in every example. */
const isOfPrediction = ({ family, name }: BreachedCells) => family === 'output' && name === PREDICTION

function shownColumns({ breaches, inputs }: SampleWish): Shown[] {
  const shown = new Map<string, Shown>()
  for (const breach of breaches.filter((one) => !isOfPrediction(one))) {
    const key = columnKey(breach)
    const known = shown.get(key)
    const { name, family, read } = breach
    shown.set(key, { name, family, read, breaches: [...(known?.breaches ?? []), breach] })
  }
  for (const name of inputs) {
    const read = ({ f }: PredictionRecord) => (Object.hasOwn(f, name) ? f[name] : undefined)
    const key = columnKey({ family: 'input', name })
    if (!shown.has(key)) shown.set(key, { name, family: 'input', breaches: [], read })
  }
  return [...shown.values()].slice(0, MAX_COLUMNS)
}

function veiledValue(
  veil: Veil,
  { name, family, read }: Shown,
  record: PredictionRecord,
  column: ColumnProfile | null,
): Scalar | undefined {
  const value = read(record)
  if (family === 'input') return veil.feature(name, value, column)
  if (family === 'output') return veil.field(name === SCORE ? 'score' : 'prediction', value)
  return veil.field(name === 'status' ? (typeof value === 'string' ? 'error' : 'status') : 'latency', value)
}

function textOf(value: Scalar | undefined): string {
  if (value === undefined || value === null) return '(missing)'
  if (value === '') return '(empty text)'
  return cut(typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value))
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}
