/**
 * Owns the experiment on calibration: what chance alone gives a distance in one window of a thousand, against the limit that
 * the closed form of its method names for it.
 */
import { buildGrid, type GridCounts, locateCell } from '@/lib/stats/grid/grid'
import { MONITOR_METHODS } from '@/lib/stats/methods'
import type { Pair } from '@/lib/stats/methods/pair'
import { createMulberry32, type Mulberry32 } from '@/lib/stats/mulberry32'
import { deviationOf } from '@/lib/stats/sum'

/** The level at which limits are held against chance, about that of hourly windows. */
const ALPHA = 0.001
/** Values that samples are drawn from, so that drawing one is a look-up. */
const POOL = 300_000

/** Laws of numbers; the last two are where a normal law for sums fails first. */
const NUMBERS: Readonly<Record<string, (random: Mulberry32) => number>> = {
  normal: (random) => random.normal(),
  'log-normal': (random) => Math.exp(0.8 * random.normal()),
  uniform: (random) => random.uniform(),
  'counts around 4': (random) => Math.max(0, Math.round(4 + 2 * random.normal())),
  'four of five are 0': (random) => (random.uniform() < 0.8 ? 0 : Math.exp(random.normal())),
  'heavy tails (t, 3 df)': (random) =>
    random.normal() / Math.sqrt((random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2) / 3),
}

/** Weights of categories. */
const CATEGORIES: Readonly<Record<string, readonly number[]>> = {
  'two categories': [1, 1],
  'five categories': [40, 30, 15, 10, 5],
  'one in 50': [49, 1],
  '60 by Zipf': Array.from({ length: 60 }, (_, k) => 1 / (k + 1)),
}

/** One method on columns of one law and windows of one size. */
export interface ChanceLimit {
  readonly method: string
  readonly law: string
  readonly n: number
  /** The distance that one window in a thousand exceeds, over the limit by the closed form. */
  readonly ratio: number
  /** Whether the floor is above both, so that the limit by chance says nothing. */
  readonly isBelowFloor: boolean
}

interface Setting {
  readonly referenceRows: number
  readonly sizes: readonly number[]
  readonly draws: number
  readonly seed: number
}

/** Draws samples of a law, ready to be compared. */
type Sampler = (reference: number, current: number) => Pair

function numberSampler(law: (random: Mulberry32) => number, rows: number, random: Mulberry32): Sampler {
  const pool = Float64Array.from({ length: POOL }, () => law(random))
  const grid = buildGrid(pool.slice(0, rows).sort())
  const cells = Int32Array.from(pool, (value) => locateCell(grid, value))
  const deviation = deviationOf(pool) ?? 1
  const sample = (n: number): GridCounts => {
    const counts = new Float64Array(grid.cellCount)
    const sums = new Float64Array(grid.cellCount)
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let i = 0; i < n; i++) {
      const at = random.u32() % POOL
      const [cell, value] = [cells[at] ?? 0, pool[at] ?? 0]
      counts[cell] = (counts[cell] ?? 0) + 1
      sums[cell] = (sums[cell] ?? 0) + value
      if (value < min) min = value
      if (value > max) max = value
    }
    return { n, counts, sums, min, max }
  }
  return (n, m) => ({ kind: 'numeric', grid, reference: sample(n), current: sample(m), deviation })
}

function categorySampler(weights: readonly number[], random: Mulberry32): Sampler {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const slots = Uint8Array.from({ length: 65_536 }, (_, slot) => {
    let rest = ((slot + 0.5) / 65_536) * total
    const at = weights.findIndex((weight) => {
      rest -= weight
      return rest < 0
    })
    return at < 0 ? weights.length - 1 : at
  })
  const sample = (n: number): number[] => {
    const counts = weights.map(() => 0)
    for (let i = 0; i < n; i++) {
      const at = slots[random.u32() >>> 16] ?? 0
      counts[at] = (counts[at] ?? 0) + 1
    }
    return counts
  }
  const labels = weights.map((_, index) => `c${index}`)
  return (n, m) => ({ kind: 'categorical', labels, reference: sample(n), current: sample(m) })
}

const highest = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor((1 - ALPHA) * values.length)] ?? 0

function measureLaw(law: string, sampler: Sampler, n: number, setting: Setting): ChanceLimit[] {
  const found = new Map<string, { ratios: number[]; values: number[]; limit: number }>()
  for (let turn = 0; turn < setting.draws; turn++) {
    const pair = sampler(setting.referenceRows, n)
    for (const method of MONITOR_METHODS) {
      if (!method.kinds.includes(pair.kind)) continue
      const score = method.compute(pair)
      const limit = method.noiseLimit(pair, ALPHA)
      const value = score.status === 'ok' ? score.value : 0
      const of = found.get(method.id) ?? { ratios: [], values: [], limit: 0 }
      of.ratios.push(limit > 0 ? value / limit : 0)
      of.values.push(value)
      of.limit = Math.max(of.limit, limit)
      found.set(method.id, of)
    }
  }
  return [...found].map(([id, { ratios, values, limit }]) => {
    const floor = MONITOR_METHODS.find((method) => method.id === id)?.effectFloor ?? 0
    return {
      method: id,
      law,
      n,
      ratio: highest(ratios),
      isBelowFloor: Math.max(limit, highest(values)) < floor,
    }
  })
}

/** Every method that a monitor can judge by, on every law it takes, at every size. */
export function runChanceLimits(setting: Setting): ChanceLimit[] {
  const random = createMulberry32(setting.seed)
  const samplers: [string, Sampler][] = [
    ...Object.entries(NUMBERS).map(
      ([name, law]) => [name, numberSampler(law, setting.referenceRows, random)] as [string, Sampler],
    ),
    ...Object.entries(CATEGORIES).map(
      ([name, weights]) => [name, categorySampler(weights, random)] as [string, Sampler],
    ),
  ]
  return samplers.flatMap(([law, sampler]) =>
    setting.sizes.flatMap((n) => measureLaw(law, sampler, n, setting)),
  )
}
