/**
 * Owns the planted workload on which the peers were measured (their `gen_data.py`): the same laws, columns and drifts, from
 * a seeded generator of ours. 70 % of the columns are numeric, every third column of either kind is drifted.
 */
import { createMulberry32, type Mulberry32 } from '@/lib/stats/mulberry32'

const CARDINALITIES = [2, 5, 12, 30, 100]

export interface PlantedColumn {
  readonly name: string
  readonly isDrifted: boolean
  /** One value of the reference, or of the current rows. */
  readonly draw: (random: Mulberry32, current: boolean) => number | string
}

const rounded = (value: number) => Math.round(value * 1e6) / 1e6
const exponential = (random: Mulberry32) => -Math.log(random.uniform())

/** Knuth's method: fast enough for a mean of 20. */
function poisson(random: Mulberry32, mean: number): number {
  const least = Math.exp(-mean)
  let count = 0
  for (let product = random.uniform(); product > least; product *= random.uniform()) count++
  return count
}

/** The five numeric laws in turn; `drift` shifts or stretches them. */
const LAWS: readonly ((random: Mulberry32, drift: boolean) => number)[] = [
  (random, drift) => random.normal() + (drift ? 0.3 : 0),
  (random, drift) => Math.exp(1 + 0.5 * random.normal()) * (drift ? 1.3 : 1),
  (random, drift) => 100 * random.uniform() * (drift ? 1.1 : 1),
  (random, drift) => 3 * (exponential(random) + exponential(random)) * (drift ? 1.3 : 1),
  (random, drift) => poisson(random, drift ? 23 : 20),
]

/** Running sums of Zipf's weights; drifted ones are half of them and their reverse. */
function sumsOf(cardinality: number, drift: boolean): Float64Array {
  const weight = (k: number) => 1 / (k + 1)
  let sum = 0
  const sums = new Float64Array(cardinality)
  for (let k = 0; k < cardinality; k++) {
    sum += drift ? 0.5 * weight(cardinality - 1 - k) + weight(k) : weight(k)
    sums[k] = sum
  }
  return sums
}

const nameOf = (prefix: string, i: number) => prefix + String(i).padStart(2, '0')

function categorical(i: number): PlantedColumn {
  const isDrifted = i % 3 === 0
  const sums = [false, true].map((drift) => sumsOf(CARDINALITIES[i % 5] ?? 2, drift))
  return {
    name: nameOf('c', i),
    isDrifted,
    draw: (random, current) => {
      const of = sums[current && isDrifted ? 1 : 0] ?? new Float64Array(1)
      const at = random.uniform() * (of[of.length - 1] ?? 1)
      return `v${String(of.findIndex((sum) => sum > at)).padStart(3, '0')}`
    },
  }
}

export function plantedColumns(columns: number): PlantedColumn[] {
  const numeric = Math.round(columns * 0.7)
  const numbers = Array.from({ length: numeric }, (_, i): PlantedColumn => {
    const law = LAWS[i % 5]
    const isDrifted = i % 3 === 0
    return {
      name: nameOf('n', i),
      isDrifted,
      draw: (random, current) => rounded(law?.(random, current && isDrifted) ?? 0),
    }
  })
  return [...numbers, ...Array.from({ length: columns - numeric }, (_, i) => categorical(i))]
}

/** Values of one column; columns are drawn apart, so that their number changes nothing. */
export function drawPlanted(
  column: PlantedColumn,
  rows: number,
  seed: number,
  current: boolean,
): (number | string)[] {
  const random = createMulberry32(seed)
  return Array.from({ length: rows }, () => column.draw(random, current))
}
