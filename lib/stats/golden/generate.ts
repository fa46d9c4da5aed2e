/** Owns the drawing of seeded columns (statistics.md, section 1): the same bits in every language. */
import type { Column } from '@/lib/stats/golden/case'
import { createMulberry32, type Mulberry32 } from '@/lib/stats/mulberry32'

/** A law to draw from, as written in the file. */
interface Law {
  readonly dist: string
  readonly missing_rate?: number
  readonly round_to?: number
  readonly value?: number
  readonly values?: Column
  readonly labels?: readonly string[]
  readonly weights?: readonly number[]
  readonly components?: readonly Component[]
  readonly of?: string
  readonly map?: string
  readonly [parameter: string]: unknown
}

interface Component extends Law {
  readonly weight: number
}

/** One part of a generated column. */
interface Part extends Law {
  readonly n: number
}

export interface Generated {
  readonly seed: number
  readonly parts?: readonly Part[]
  readonly crc32?: string
}

type Draw = (index: number, n: number) => number | string | null

const GRID = 1_048_576

/** Rounds to the grid 2⁻²⁰: math libraries may differ in the last bit. */
export const quantise = (value: number) => Math.floor(value * GRID + 0.5) / GRID

function firstAbove(running: readonly number[], u: number): number {
  const index = running.findIndex((sum) => u < sum)
  return index < 0 ? running.length - 1 : index
}

function runningSums(weights: readonly number[]): number[] {
  let sum = 0
  return weights.map((weight) => {
    sum += weight
    return sum
  })
}

const PROBABILITY_MAPS: Readonly<Record<string, (p: number) => number>> = {
  identity: (p) => p,
  square: (p) => p * p,
  complement: (p) => 1 - p,
  shrink: (p) => 0.25 + 0.5 * p,
}

function inversePareto(alpha: number, u: number): number {
  return alpha === 2 ? Math.sqrt(u) : alpha === 1 ? u : u * u
}

/** Numeric laws that may be rounded to a step; null for the others. */
function numericLaw(random: Mulberry32, part: Law): (() => number) | null {
  const parameter = (name: string, otherwise: number) => (part[name] as number | undefined) ?? otherwise
  switch (part.dist) {
    case 'normal':
      return () => quantise(parameter('mean', 0) + parameter('sd', 1) * random.normal())
    case 'lognormal':
      return () => quantise(Math.exp(parameter('mean', 0) + parameter('sd', 1) * random.normal()))
    case 'uniform':
      return () => parameter('a', 0) + (parameter('b', 1) - parameter('a', 0)) * random.uniform()
    case 'exponential':
      return () => quantise(-Math.log(random.uniform()) / parameter('rate', 1))
    case 'pareto':
      return () => parameter('xm', 1) / inversePareto(parameter('alpha', 1), random.uniform())
    case 'int':
      return () =>
        Math.floor(parameter('lo', 0) + (parameter('hi', 0) - parameter('lo', 0) + 1) * random.uniform())
    default:
      return null
  }
}

function law(random: Mulberry32, part: Law, columns: Readonly<Record<string, Column>>): Draw {
  const numeric = numericLaw(random, part)
  if (numeric) {
    const step = part.round_to
    return step === undefined ? numeric : () => Math.floor(numeric() / step + 0.5) * step
  }
  switch (part.dist) {
    case 'constant':
      return () => part.value ?? null
    case 'linspace': {
      const [a, b] = [part.a as number, part.b as number]
      return (i, n) => (n > 1 ? a + (b - a) * (i / (n - 1)) : a)
    }
    case 'cycle': {
      const values = part.values ?? []
      return (i) => values[i % values.length] ?? null
    }
    case 'bernoulli':
      return () => (random.uniform() < (part.p as number) ? 1 : 0)
    case 'bernoulli_of': {
      const source = columns[part.of ?? ''] ?? []
      const map = PROBABILITY_MAPS[part.map ?? 'identity']!
      return (i) => (random.uniform() < map(source[i] as number) ? 1 : 0)
    }
    case 'category': {
      const running = runningSums(part.weights ?? [])
      return () => part.labels?.[firstAbove(running, random.uniform())] ?? null
    }
    case 'mixture': {
      const components = part.components ?? []
      const running = runningSums(components.map((component) => component.weight))
      const laws = components.map((component) => law(random, component, columns))
      return () => laws[firstAbove(running, random.uniform())]!(0, 1)
    }
    default:
      throw new RangeError(`unknown distribution ${part.dist}`)
  }
}

/** Draws one column. `columns` holds the inputs drawn before it, for `bernoulli_of`. */
export function generateColumn(spec: Generated, columns: Readonly<Record<string, Column>>): Column {
  const random = createMulberry32(spec.seed)
  return (spec.parts ?? [spec as unknown as Part]).flatMap((part) => {
    const draw = law(random, part, columns)
    const values = Array.from({ length: part.n }, (_, i) => draw(i, part.n))
    const rate = part.missing_rate
    return rate ? values.map((value) => (random.uniform() < rate ? null : value)) : values
  })
}
