/** Owns the shape of a measured figure and how the table looks. */

export interface Figure {
  /** Which goal of the performance table it speaks of, for example `P8`. */
  readonly goal: string
  readonly what: string
  readonly value: number
  readonly unit: string
  /** What it is held against, in words. */
  readonly against: string
  /** The must: `value` is at least or at most this. */
  readonly target: { readonly kind: 'at least' | 'at most'; readonly value: number }
}

export type BenchPart = () => Promise<Figure[]>

export function isMet(figure: Figure): boolean {
  return figure.target.kind === 'at least' ? figure.value >= figure.target.value : figure.value <= figure.target.value
}

const short = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en-GB') : value >= 100 ? value.toFixed(0) : value.toPrecision(3)

/** A plain-text table, one line a figure. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.goal,
    figure.what,
    `${short(figure.value)} ${figure.unit}`,
    `${figure.target.kind} ${short(figure.target.value)}`,
    isMet(figure) ? 'met' : 'MISSED',
    figure.against,
  ])
  const header = ['goal', 'figure', 'measured', 'must', '', 'beside']
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  return [header, ...rows]
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd())
    .join('\n')
}
