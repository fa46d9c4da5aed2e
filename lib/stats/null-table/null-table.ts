/** Owns the shape of a stored null table and reading a limit or a chance from it. How it is made is in `build-null-table.ts`. */
import { sizeQuantile } from '@/lib/stats/null-table/tail-line'
import { normalSurvival } from '@/lib/stats/special/normal'

/** What chance alone gives the distances of one column, by method; made once from the reference. */
export interface NullTable {
  /** Rows of the reference that it holds for. */
  readonly n: number
  /** Rows of a window, ascending. */
  readonly sizes: readonly number[]
  /** Chances of a larger distance, descending. */
  readonly levels: readonly number[]
  /** For each size and level the distance times √(nm/(n+m)). */
  readonly methods: Readonly<Record<string, readonly (readonly number[])[]>>
}

/** Scaled distances by level at windows of m rows: between two sizes by the logarithm, beyond the last as there. */
function rowAt({ sizes }: NullTable, rows: readonly (readonly number[])[], m: number): readonly number[] {
  let after = 1
  while (after < sizes.length - 1 && sizes[after]! < m) after++
  const [low, high] = [sizes[after - 1]!, sizes[after]!]
  const part = Math.min(1, Math.log(m / low) / Math.log(high / low))
  return rows[after - 1]!.map((value, k) => value + part * (rows[after]![k]! - value))
}

/** Rows of the method's table; null where the closed form has to do: no table, other rows of reference, a smaller window. */
function rowsOf(table: NullTable | null, method: string, n: number, m: number) {
  if (!table || table.n !== n || !(m >= table.sizes[0]!)) return null
  return table.methods[method] ?? null
}

/** Whether limits of a method come from the table. */
export function hasNullLimit(table: NullTable | null, method: string, n: number, m: number): boolean {
  return rowsOf(table, method, n, m) !== null
}

/** Distance that chance alone exceeds with probability alpha; null where the table does not tell. */
export function nullLimit(
  table: NullTable | null,
  method: string,
  { n, m, alpha }: { readonly n: number; readonly m: number; readonly alpha: number },
): number | null {
  const rows = rowsOf(table, method, n, m)
  if (!table || !rows) return null
  const scaled = rowAt(table, rows, m)
  const { levels } = table
  // Between two levels, and beyond the last, along the normal quantile.
  let next = 1
  while (next < levels.length - 1 && levels[next]! > alpha) next++
  const [from, to] = [sizeQuantile(levels[next - 1]!), sizeQuantile(levels[next]!)]
  const part = (sizeQuantile(alpha) - from) / (to - from)
  const value = scaled[next - 1]! + part * (scaled[next]! - scaled[next - 1]!)
  return Math.max(0, value) * Math.sqrt(1 / n + 1 / m)
}

/** Chance of a distance of at least `value`; null where the table does not tell. */
export function nullChance(
  table: NullTable | null,
  method: string,
  { n, m, value }: { readonly n: number; readonly m: number; readonly value: number },
): number | null {
  const rows = rowsOf(table, method, n, m)
  if (!table || !rows) return null
  const scaled = rowAt(table, rows, m)
  const { levels } = table
  const y = value / Math.sqrt(1 / n + 1 / m)
  if (y <= 0) return 1
  // Below the first level a line from certainty at 0.
  if (y < scaled[0]!) return 2 * normalSurvival((sizeQuantile(levels[0]!) * y) / scaled[0]!)
  let next = 1
  while (next < levels.length - 1 && scaled[next]! < y) next++
  const [from, to] = [sizeQuantile(levels[next - 1]!), sizeQuantile(levels[next]!)]
  const part = (y - scaled[next - 1]!) / (scaled[next]! - scaled[next - 1]!)
  return 2 * normalSurvival(from + part * (to - from))
}
