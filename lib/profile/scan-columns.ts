/** Owns the reading of all rows into scanned columns and the spill; a column that changed its mind is read twice. */
import { AppError } from '@/lib/domain/errors'
import { ColumnScan } from '@/lib/profile/column-scan'
import type { OpenRows, ReferenceLimits, RowSource } from '@/lib/profile/rows'
import { emptyReference } from '@/lib/profile/rows'
import { MISSING, type ScannedColumn } from '@/lib/profile/scanned-column'
import type { Spill } from '@/lib/profile/spill'

export interface ScannedTable {
  readonly names: readonly string[]
  readonly columns: readonly ScannedColumn[]
  readonly rows: number
  readonly format: string
  readonly notes: readonly string[]
}

/**
 * Reads the reference once, and once more for columns that turned from numbers into text after many rows.
 * @throws AppError of the reader; `empty_reference`, `too_few_rows`
 */
export async function scanColumns(
  open: OpenRows,
  spill: Spill,
  limits: ReferenceLimits,
): Promise<ScannedTable> {
  const source = await open()
  const scans: ColumnScan[] = []
  const make = (index: number) =>
    new ColumnScan(source.untyped, source.declared.get(source.columns[index] ?? '') ?? null)
  const rows = await readInto(source, spill, scans, make)
  if (rows === 0) throw emptyReference(true)
  if (rows < limits.minRows) {
    throw new AppError(
      'invalid',
      `The file has ${rows} ${rows === 1 ? 'row' : 'rows'}; a reference needs at least ${limits.minRows}.`,
      { reason: 'too_few_rows', limit: limits.minRows },
    )
  }
  const lost = new Set(scans.flatMap((scan, index) => (scan.mustReadAgain ? [index] : [])))
  if (lost.size > 0) await readLostAgain(open, spill, scans, lost, rows)
  return {
    names: [...source.columns],
    columns: scans.map((scan) => scan.finish()),
    rows,
    format: source.format,
    notes: source.notes,
  }
}

async function readLostAgain(
  open: OpenRows,
  spill: Spill,
  scans: ColumnScan[],
  lost: ReadonlySet<number>,
  rows: number,
): Promise<void> {
  const source = await open()
  const again: ColumnScan[] = []
  for (const index of lost) spill.reset(index)
  const found = await readInto(source, spill, again, () => new ColumnScan(source.untyped, null, true), lost)
  if (found !== rows) {
    throw new AppError('conflict', 'The file changed while it was read.', { reason: 'file_changed' })
  }
  for (const index of lost) {
    const scan = again[index]
    if (scan) scans[index] = scan
  }
}

/** @returns the number of rows */
async function readInto(
  source: RowSource,
  spill: Spill,
  scans: ColumnScan[],
  make: (index: number) => ColumnScan,
  only: ReadonlySet<number> | null = null,
): Promise<number> {
  let rows = 0
  for await (const { column, rowStart, cells } of source.slices()) {
    rows = Math.max(rows, rowStart + cells.length)
    if (only && !only.has(column)) continue
    const scan = scans[column] ?? make(column)
    scans[column] = scan
    await fill(spill, scan, column, rowStart)
    const floats = new Float64Array(cells.length)
    for (let row = 0; row < cells.length; row++) floats[row] = scan.add(cells[row] ?? null)
    await spill.append(column, floats)
  }
  for (let column = 0; column < source.columns.length; column++) {
    if (only && !only.has(column)) continue
    const scan = scans[column] ?? make(column)
    scans[column] = scan
    await fill(spill, scan, column, rows)
  }
  return rows
}

/** A column that appears late was missing before. */
async function fill(spill: Spill, scan: ColumnScan, column: number, rowStart: number): Promise<void> {
  const absent = rowStart - scan.rows
  if (absent <= 0) return
  scan.addAbsent(absent)
  await spill.append(column, new Float64Array(absent).fill(MISSING))
}
