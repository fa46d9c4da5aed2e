/** Owns drawing samples of a reference in the shape that distances are computed from. */
import type { GridCounts } from '@/lib/stats/grid/grid'
import type { Pair } from '@/lib/stats/methods/pair'
import type { Mulberry32 } from '@/lib/stats/mulberry32'
import type { CountSampler } from '@/lib/stats/null-table/draw-counts'
import type { ReferenceLaw } from '@/lib/stats/null-table/reference-law'

/** Two samples as a pair; each call draws anew into the same arrays. */
export type PairDrawer = (reference: CountSampler, current: CountSampler, random: Mulberry32) => Pair

/** @param template the reference against itself, whose points the law has */
export function pairDrawer(template: Pair, law: ReferenceLaw): PairDrawer {
  const { cells, values } = law
  const points = new Float64Array(cells.length)
  if (template.kind === 'categorical') {
    const fill = (counts: number[], sampler: CountSampler, random: Mulberry32) => {
      sampler(random, points)
      counts.fill(0)
      for (let j = 0; j < points.length; j++) counts[cells[j]!]! += points[j]!
      return counts
    }
    const [before, now] = [template.reference.map(() => 0), template.reference.map(() => 0)]
    return (reference, current, random) => ({
      ...template,
      reference: fill(before, reference, random),
      current: fill(now, current, random),
    })
  }
  const { grid } = template
  const { min, max } = template.reference
  const empty = () => ({ counts: new Float64Array(grid.cellCount), sums: new Float64Array(grid.cellCount) })
  const fill = (
    { counts, sums }: ReturnType<typeof empty>,
    sampler: CountSampler,
    random: Mulberry32,
  ): GridCounts => {
    const n = sampler(random, points)
    counts.fill(0)
    sums.fill(0)
    for (let j = 0; j < points.length; j++) {
      counts[cells[j]!]! += points[j]!
      sums[cells[j]!]! += points[j]! * values[j]!
    }
    return { n, counts, sums, min, max }
  }
  const [before, now] = [empty(), empty()]
  return (reference, current, random) => ({
    ...template,
    reference: fill(before, reference, random),
    current: fill(now, current, random),
  })
}
