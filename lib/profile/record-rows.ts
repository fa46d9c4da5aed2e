/** Owns reading logged records as reference rows: features by their names, outputs under names of their own. */
import type { ColumnMapping } from '@/lib/domain/profile'
import type { PredictionRecord } from '@/lib/domain/record'
import { toRfc3339 } from '@/lib/domain/time'
import { type Cell, inBatches, type OpenRows, REFERENCE_LIMITS, slicesOf } from '@/lib/profile/rows'

/** A logged record with its ground truth, where that came. */
export interface LabelledRecord extends PredictionRecord {
  readonly label?: Cell
}

/** Columns that a record carries beside its features, with the part they play. */
const OWN = [
  ['timestamp', 'timestamp', (record: LabelledRecord): Cell => toRfc3339(record.at)],
  ['prediction', 'prediction', (record: LabelledRecord): Cell => record.p ?? null],
  ['prediction_score', 'score', (record: LabelledRecord): Cell => record.s ?? null],
  ['label', 'label', (record: LabelledRecord): Cell => record.label ?? null],
  ['latency_ms', 'latency', (record: LabelledRecord): Cell => record.l ?? null],
] as const

/** Rows of records, and the mapping that gives their columns the right parts. */
export interface RecordReference {
  readonly open: OpenRows
  readonly mapping: ColumnMapping
}

/**
 * @param read gives the same records in the same order each time it is called
 */
export async function referenceOfRecords(
  read: () => AsyncIterable<LabelledRecord>,
): Promise<RecordReference> {
  const features = new Set<string>()
  const carried = new Set<string>()
  for await (const record of read()) {
    for (const name of Object.keys(record.f)) features.add(name)
    for (const [name, , value] of OWN) if (value(record) !== null) carried.add(name)
  }
  const own = OWN.filter(([name]) => carried.has(name)).map(([name, role, value]) => ({
    // A feature may bear the same name; records keep the two apart, and so does this.
    name: features.has(name) ? `(${name})` : name,
    role,
    value,
  }))
  const names = [...features]
  const columns = [...own.map(({ name }) => name), ...names]
  async function* rows(): AsyncGenerator<Cell[]> {
    for await (const record of read()) {
      const values = names.map((name) => (Object.hasOwn(record.f, name) ? (record.f[name] ?? null) : null))
      yield [...own.map(({ value }) => value(record)), ...values]
    }
  }
  return {
    mapping: { features: names, ...Object.fromEntries(own.map(({ name, role }) => [role, name])) },
    open: async () => ({
      format: 'records',
      columns,
      declared: new Map(),
      untyped: false,
      notes: [],
      rows: () => inBatches(rows(), REFERENCE_LIMITS.maxRows),
      slices: () => slicesOf(inBatches(rows(), REFERENCE_LIMITS.maxRows), columns),
    }),
  }
}
