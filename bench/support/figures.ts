/** Owns the shape of a measured figure and how the table looks. */

export interface Figure {
  /** Which goal of the performance table it speaks of, for example `P8`. */
  readonly goal: string
  readonly what: string
  readonly value: number
  readonly unit: string
  /** What it is held against, in words. */
  readonly against: string
  /** The must: `value` is at least or at most this; null for a figure that is told for information. */
  readonly target: { readonly kind: 'at least' | 'at most'; readonly value: number } | null
}

export type BenchPart = () => Promise<Figure[]>

export function isMet({ target, value }: Figure): boolean {
  if (target === null) return true
  return target.kind === 'at least' ? value >= target.value : value <= target.value
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value at rank `share` of the sorted values (nearest rank); 0 when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

const short = (value: number): string =>
  value >= 1000
    ? Math.round(value).toLocaleString('en-GB')
    : value >= 100
      ? value.toFixed(0)
      : value.toPrecision(3)

function toCells(figure: Figure): string[] {
  const { target } = figure
  return [
    figure.goal,
    figure.what,
    `${short(figure.value)} ${figure.unit}`,
    target === null ? '' : `${target.kind} ${short(target.value)}`,
    target === null ? '' : isMet(figure) ? 'met' : 'MISSED',
    figure.against,
  ]
}

/** A plain-text table, one line a figure. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = figures.map(toCells)
  const header = ['goal', 'figure', 'measured', 'must', '', 'beside']
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
