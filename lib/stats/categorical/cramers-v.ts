/**
 * Cramér's V: association of two categorical columns, and the effect size beside a chi-square test.
 *
 * V = √(φ² / min(r-1, c-1)) with φ² = χ²/N and no continuity correction. Sensitive to: any dependence. Kinds: a table of
 * counts. Range 0 (independent) … 1 (one column tells the other); no p-value. The corrected form takes out what chance
 * adds: φ̃² = max(0, φ² - (r-1)(c-1)/(N-1)), r̃ = r - (r-1)²/(N-1), the same for c.
 * Source: Cramér 1946; Bergsma 2013; statistics.md 5.5; golden `cramers_v`. Example: [[3, 1], [1, 3]] gives 0.5,
 * corrected 0.354.
 */
import { isCount } from '@/lib/stats/categorical/paired-counts'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { sumOf } from '@/lib/stats/sum'

export interface Association {
  readonly value: number
  /** After Bergsma; null when the table is too small for the correction. */
  readonly biasCorrected: number | null
}

/** Σ (p_ij - r_i c_j)² / (r_i c_j): χ²/N from shares, so that no count is too large. */
function phiSquared(
  table: readonly ArrayLike<number>[],
  rows: number[],
  columns: number[],
  n: number,
): number {
  const terms = table.flatMap((cells, i) =>
    columns.map((column, j) => {
      const gap = cells[j]! / n - rows[i]! * column
      return (gap / rows[i]!) * (gap / column)
    }),
  )
  return sumOf(terms)
}

/** @param table counts by row and column; fewer than two rows or columns, or an empty one, is `degenerate_table` */
export function cramersV(table: readonly ArrayLike<number>[]): Outcome<Association> {
  const width = table[0]?.length ?? 0
  if (table.some((cells) => cells.length !== width)) return undefinedBecause('length_mismatch')
  if (table.some((cells) => !Array.from(cells).every(isCount))) return undefinedBecause('invalid_value')
  const rowSums = table.map((cells) => sumOf(cells))
  const columnSums = Array.from({ length: width }, (_, j) => sumOf(table.map((cells) => cells[j]!)))
  const n = sumOf(rowSums)
  if (!isCount(n)) return undefinedBecause('invalid_value')
  const smaller = Math.min(table.length, width) - 1
  if (smaller < 1 || rowSums.includes(0) || columnSums.includes(0))
    return undefinedBecause('degenerate_table')
  const rows = rowSums.map((sum) => sum / n)
  const columns = columnSums.map((sum) => sum / n)
  if (rows.includes(0) || columns.includes(0)) return undefinedBecause('degenerate_table')
  const phi = Math.max(0, phiSquared(table, rows, columns, n))
  return {
    status: 'ok',
    value: Math.min(1, Math.sqrt(phi / smaller)),
    biasCorrected: corrected(phi, rows.length, width, n),
  }
}

function corrected(phi: number, r: number, c: number, n: number): number | null {
  const shrunk = (k: number) => k - (k - 1) ** 2 / (n - 1) - 1
  const room = Math.min(shrunk(r), shrunk(c))
  if (!(n > 1) || !(room > 0)) return null
  return Math.min(1, Math.sqrt(Math.max(0, phi - ((r - 1) * (c - 1)) / (n - 1)) / room))
}
