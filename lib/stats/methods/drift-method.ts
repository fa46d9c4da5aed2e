/** Owns what a drift method is: a distance computed from merged summaries, and how large it is by chance alone. */
import type { Pair } from '@/lib/stats/methods/pair'
import type { Score } from '@/lib/stats/outcome'

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
  readonly compute: (pair: Pair) => Score
}
