/**
 * Owns the upper tail of drawn distances as a line over the two-sided normal quantile: where it is drawn, and beyond.
 *
 * Distances of many rows are the largest of many normal variables, or sums of their sizes; over the quantile z of the size of
 * a normal variable their tails are nearly straight, a little steeper further out.
 */
import { normalQuantile } from '@/lib/stats/special/normal'

/** The part of the draws that the line is fitted to, by the chance of a larger one. */
const FITTED = [0.02, 0.3] as const
/** How much steeper the line is beyond what is drawn; exact is 1 (two categories) to 1.08 (Kolmogorov's law). */
const FURTHER_OUT = 1.05

export interface TailLine {
  readonly median: number
  readonly start: number
  readonly slope: number
}

/** z that the size of a normal variable exceeds with this chance. */
export const sizeQuantile = (chance: number) => normalQuantile(1 - chance / 2)

const DRAWN_TO = sizeQuantile(FITTED[0])

/** @param sorted ascending, some hundreds */
export function fitTailLine(sorted: Float64Array): TailLine {
  const from = Math.ceil(sorted.length * (1 - FITTED[1]))
  const to = Math.floor(sorted.length * (1 - FITTED[0]))
  let [meanZ, meanY] = [0, 0]
  const zs: number[] = []
  for (let i = from; i < to; i++) {
    const z = sizeQuantile(1 - (i + 0.5) / sorted.length)
    zs.push(z)
    meanZ += z / (to - from)
    meanY += sorted[i]! / (to - from)
  }
  let [together, spread] = [0, 0]
  zs.forEach((z, k) => {
    together += (z - meanZ) * (sorted[from + k]! - meanY)
    spread += (z - meanZ) ** 2
  })
  const slope = Math.max(0, together / spread)
  return { median: sorted[sorted.length >> 1]!, start: meanY - slope * meanZ, slope }
}

/** The distance at a two-sided normal quantile of the upper tail. */
export function onTailLine({ start, slope }: TailLine, z: number): number {
  return start + slope * (Math.min(z, DRAWN_TO) + FURTHER_OUT * Math.max(0, z - DRAWN_TO))
}

/** Lines of neighbouring sizes, a quarter, a half and a quarter: their draws differ by chance more than they do. */
export function smoothTailLines(lines: readonly TailLine[]): TailLine[] {
  return lines.map((line, i) => {
    const [before, after] = [lines[i - 1] ?? line, lines[i + 1] ?? line]
    const mix = (of: (line: TailLine) => number) => (of(before) + 2 * of(line) + of(after)) / 4
    return { median: mix((l) => l.median), start: mix((l) => l.start), slope: mix((l) => l.slope) }
  })
}

/** The quantile at which the line reaches a distance. */
export function zOnTailLine({ start, slope }: TailLine, value: number): number {
  if (!(slope > 0)) return value > start ? Number.POSITIVE_INFINITY : 0
  const z = (value - start) / slope
  return z <= DRAWN_TO ? z : DRAWN_TO + (z - DRAWN_TO) / FURTHER_OUT
}
