/** Owns what a drift method is: a distance computed from merged summaries, and how large it is by chance alone. */
import type { Pair } from '@/lib/stats/methods/pair'
import type { Score } from '@/lib/stats/outcome'

/** How a method's limit is drawn from the reference where its closed form is not exact. */
export interface NullTableRule {
  /** For people: columns that have one. */
  readonly columns: string
  /** The reference that samples are drawn of, as it is or on fewer cells; null where the closed form is exact. */
  readonly template: (reference: Pair) => Pair | null
  /** The method's value, without significance; both sides not empty. */
  readonly distance: (pair: Pair) => number
  /**
   * For a distance that a single far value can carry from `rest` to `value`: how far from the mean it is then, in
   * deviations of the reference, in a window of m rows.
   */
  readonly withFarValue?: (value: number, rest: number, m: number) => number
}

export interface DriftMethod {
  /** Key used by monitors and the API. */
  readonly id: string
  /** For people: `Kolmogorov–Smirnov`. */
  readonly name: string
  /** Short form for sentences: `KS`. */
  readonly shortName: string
  readonly sensitiveTo: string
  /** For people: where the limit by chance comes from. */
  readonly chance: string
  /** Kinds of columns it takes; others answer nothing. */
  readonly kinds: readonly Pair['kind'][]
  /** Smallest and largest value; larger is always further. */
  readonly range: readonly [number, number]
  /** `test`: the score carries a p-value of its own. `distance`: it has none. */
  readonly yields: 'distance' | 'test'
  /** Smallest value worth waking anyone for, where nothing else is said. */
  readonly effectFloor: number
  /** Expected value when nothing changed, to first order in 1/n + 1/m; both sides not empty. */
  readonly noiseFloor: (pair: Pair) => number
  /** Value that chance alone exceeds with probability alpha; held against drawn samples in docs/evidence.md. */
  readonly noiseLimit: (pair: Pair, alpha: number) => number
  /** Absent where the closed form is exact, or as near to it as drawn samples would be. */
  readonly nullTable?: NullTableRule
  readonly compute: (pair: Pair) => Score
}
