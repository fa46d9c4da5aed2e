/**
 * Owns folding the records of one version and one bucket: which value belongs to which column. Compiled once from
 * the profile, used for bucket after bucket. Knows no storage and no clock.
 */
import { columnKey, PREDICTION, SCORE } from '@/lib/domain/column'
import type { ColumnProfile, Profile } from '@/lib/domain/profile'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import type { RecordTable, TableColumn } from '@/lib/domain/record-table'
import { addColumn } from '@/lib/summary/column-fold'
import { type ColumnFold, createColumnFold } from '@/lib/summary/fold-column'
import { type RecordFacts, TrafficFold } from '@/lib/summary/fold-traffic'
import type { ColumnSummary, TrafficSummary } from '@/lib/summary/types'

export interface VersionFolderInput {
  /** Null: all columns are summarised by their values alone. */
  readonly profile: Profile | null
  /** Columns in records that the profile does not know are summarised up to this many. */
  readonly maxNewColumns: number
}

/** What one bucket holds. */
export interface BucketFold {
  readonly traffic: TrafficSummary
  /** By column key; every column of the profile, and those that only the records have. */
  readonly columns: ReadonlyMap<string, ColumnSummary>
}

export interface VersionFolder {
  /** Adds a record to the current bucket. */
  add(record: PredictionRecord, facts: RecordFacts): void
  /** Adds all records of a table. */
  addTable(table: RecordTable, facts: RecordFacts): void
  /** The summaries of all records added since the last call; the next record begins another bucket. */
  finish(): BucketFold
}

/** A folder for the records of one version. */
export function createVersionFolder({ profile, maxNewColumns }: VersionFolderInput): VersionFolder {
  return new CompiledFolder(profile, maxNewColumns)
}

interface FeatureFold {
  readonly name: string
  readonly key: string
  readonly fold: ColumnFold
  /** Names that every object inherits are read only where they are own. */
  readonly inherited: boolean
}

class CompiledFolder implements VersionFolder {
  private readonly features: FeatureFold[] = []
  /** Names of features, and of input columns that the profile knows as something else. */
  private readonly knownNames = new Set<string>()
  private readonly prediction: { key: string; fold: ColumnFold } | null
  private readonly score: { key: string; fold: ColumnFold } | null
  private readonly traffic = new TrafficFold()
  /** Columns that only records have, of this bucket. */
  private fresh = new Map<string, ColumnFold>()
  private records = 0

  constructor(
    profile: Profile | null,
    private readonly maxNewColumns: number,
  ) {
    for (const column of profile?.columns ?? []) {
      if (column.family === 'input') this.knownNames.add(column.name)
      if (column.role !== 'feature') continue
      this.features.push({
        name: column.name,
        key: columnKey(column),
        fold: createColumnFold(column),
        inherited: column.name in Object.prototype,
      })
    }
    this.prediction = outputFold(profile, 'prediction')
    this.score = outputFold(profile, 'score')
  }

  add(record: PredictionRecord, facts: RecordFacts): void {
    this.records++
    this.traffic.add(record, facts)
    this.addFeatures(record.f)
    const score = record.s ?? highestScore(record.ss)
    if (this.prediction) this.prediction.fold.add(record.p)
    else if (record.p !== undefined) this.freshFold(`output:${PREDICTION}`)?.add(record.p)
    if (this.score) this.score.fold.add(score)
    else if (score !== undefined) this.freshFold(`output:${SCORE}`)?.add(score)
  }

  addTable(table: RecordTable, facts: RecordFacts): void {
    const { length, heads, features } = table
    this.records += length
    this.traffic.addTable(table, facts)
    for (const { name, fold } of this.features) {
      const column = features.get(name)
      if (column) addColumn(fold, column)
      else fold.add(undefined, length)
    }
    for (const column of features.values()) {
      const fold = this.knownNames.has(column.name) ? undefined : this.freshFold(`input:${column.name}`)
      if (fold) addColumn(fold, column)
    }
    this.addOutput(this.prediction, `output:${PREDICTION}`, heads.get('p'), length)
    this.addOutput(this.score, `output:${SCORE}`, heads.get('s'), length)
  }

  finish(): BucketFold {
    const columns = new Map<string, ColumnSummary>()
    const take = (key: string, fold: ColumnFold) => {
      columns.set(key, fold.summary())
      fold.reset()
    }
    if (this.records > 0) {
      for (const { key, fold } of this.features) take(key, fold)
      for (const output of [this.prediction, this.score]) if (output) take(output.key, output.fold)
    }
    for (const [key, fold] of this.fresh) columns.set(key, fold.summary())
    this.fresh = new Map()
    this.records = 0
    return { traffic: this.traffic.finish(), columns }
  }

  private addFeatures(values: PredictionRecord['f']): void {
    let present = 0
    for (const feature of this.features) {
      const value: Scalar | undefined =
        feature.inherited && !Object.hasOwn(values, feature.name) ? undefined : values[feature.name]
      if (value !== undefined) present++
      feature.fold.add(value)
    }
    // Nearly every record has the profile's columns and no others.
    const names = Object.keys(values)
    if (names.length === present) return
    for (const name of names) {
      if (!this.knownNames.has(name)) this.freshFold(`input:${name}`)?.add(values[name])
    }
  }

  private addOutput(
    known: { fold: ColumnFold } | null,
    key: string,
    column: TableColumn | undefined,
    length: number,
  ): void {
    if (!column) known?.fold.add(undefined, length)
    else {
      const fold = known?.fold ?? this.freshFold(key)
      if (fold) addColumn(fold, column)
    }
  }

  private freshFold(key: string): ColumnFold | undefined {
    const known = this.fresh.get(key)
    if (known || this.fresh.size >= this.maxNewColumns) return known
    const made = createColumnFold(null)
    this.fresh.set(key, made)
    return made
  }
}

function outputFold(
  profile: Profile | null,
  role: ColumnProfile['role'],
): { key: string; fold: ColumnFold } | null {
  const column = profile?.columns.find((candidate) => candidate.role === role)
  return column ? { key: columnKey(column), fold: createColumnFold(column) } : null
}

/** The score of the class that was predicted: the highest. Undefined without scores. */
function highestScore(scores: Record<string, number> | undefined): number | undefined {
  if (scores === undefined) return undefined
  let highest: number | undefined
  for (const value of Object.values(scores)) if (highest === undefined || value > highest) highest = value
  return highest
}
