/** Owns synthetic references with rows of their own, and samples of windows, for the tests of whole records. */

import { columnKey } from '@/lib/domain/column'
import type { Profile, StoredProfile } from '@/lib/domain/profile'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { columnProfile, START_MS, storedProfile, type Values } from '@/lib/monitor/testing'
import { quantileOfSorted } from '@/lib/stats/quantile'
import { encodeSummary } from '@/lib/summary/codec'
import type { RowsSummary } from '@/lib/summary/rows'
import { sampledColumns } from '@/lib/summary/rows'
import { RowSampler } from '@/lib/summary/sample-rows'

export type Table = Readonly<Record<string, Values>>

/** Records of a table, one a row. */
export function recordsOf(table: Table, prefix = 'r', atMs = START_MS): PredictionRecord[] {
  const names = Object.keys(table)
  const rows = Math.max(...names.map((name) => table[name]?.length ?? 0))
  return Array.from({ length: rows }, (_, row) => {
    const f: Record<string, Scalar> = {}
    for (const name of names) f[name] = table[name]?.[row] ?? null
    return { id: `${prefix}${row}`, at: atMs + row, f }
  })
}

/** The sample of a window that held these rows. */
export function rowsOfTable(profile: Profile, table: Table, prefix = 'w'): RowsSummary | null {
  const sampler = new RowSampler(profile, 1_000)
  sampler.begin(START_MS, START_MS)
  for (const record of recordsOf(table, prefix)) sampler.add(record)
  return sampler.finishHour()
}

/** A profile of all columns of a table as features, with a thousand of its rows. */
export function profileWithRows(table: Table, instants: readonly number[] | null = null): StoredProfile {
  const columns = Object.entries(table).map(([name, values]) => {
    const numbers = Float64Array.from(values.filter((value) => typeof value === 'number')).sort()
    const at = (p: number) => quantileOfSorted(numbers, p) ?? 0
    return columnProfile(
      name,
      values,
      numbers.length > 0 ? { quantiles: { '0.01': at(0.01), '0.99': at(0.99) } } : {},
    )
  })
  const plain = storedProfile(columns)
  const rows = rowsOfTable(plain.profile, table, 'reference')
  if (!rows) return plain
  const order = new Map(recordsOf(table, 'reference').map((record, row) => [record, row]))
  const sample = {
    rows: rows.hashes.length,
    columns: sampledColumns(plain.profile).map(columnKey),
    encoded: Buffer.from(encodeSummary(rows)).toString('base64'),
    instants: instants && instantsOf(plain.profile, [...order.keys()], instants),
  }
  return storedProfile(columns, { sample })
}

/** Instants in the order in which the sample has its rows. */
function instantsOf(
  profile: Profile,
  records: readonly PredictionRecord[],
  instants: readonly number[],
): number[] {
  const stamped = records.map((record, row) => ({
    ...record,
    f: { ...record.f, [TIME]: instants[row] ?? 0 },
  }))
  const column = columnProfile(TIME, instants.slice(0, 10))
  const sampler = new RowSampler({ ...profile, columns: [column] }, 1_000)
  sampler.begin(START_MS, START_MS)
  for (const record of stamped) sampler.add(record)
  const values = sampler.finishHour()?.columns[0]
  return values?.kind === 'numbers' ? [...values.values] : []
}

const TIME = 'instant'
