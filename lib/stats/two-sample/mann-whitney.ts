/**
 * Mann–Whitney U: how often a value of the reference exceeds one of the current sample; U/(nm) is the AUC.
 *
 * Sensitive to: shifts and other changes of order, not to a change of spread alone. Kinds: numeric, ordinal. Range 0 … nm
 * with p-value; nm/2 means no difference. Exact without ties for up to 8 rows on the smaller side, else normal with
 * tie and continuity correction. Source: Mann & Whitney 1947; statistics.md 3.3; golden `mann_whitney_u`.
 * Example: {1, 2} and {3, 4} give U = 0, p = 1/3.
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { normalSurvival } from '@/lib/stats/special/normal'
import { mannWhitneyExactSurvival } from '@/lib/stats/two-sample/mann-whitney-exact'
import { constantPair, sortedPair } from '@/lib/stats/two-sample/samples'
import { visitTies } from '@/lib/stats/two-sample/tie-groups'

const MAX_EXACT_ROWS = 8
/** Largest n·m of the exact law: its table has half as many cells. */
const MAX_EXACT_CELLS = 1e7

export type RankAlternative = 'two-sided' | 'less' | 'greater'

export interface MannWhitneyTest {
  /** U of the reference. */
  readonly value: number
  readonly pValue: number
  /** Share of pairs in which the reference is larger, ties half. */
  readonly auc: number
  readonly methodUsed: 'exact' | 'asymptotic'
}

/**
 * @param reference finite values in any order
 * @param current finite values in any order
 * @param alternative `less`: the reference tends to be smaller
 * @param method `exact` asks for the exact law where it is within its bounds (no ties, smaller side at most 8)
 */
export function mannWhitneyU(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  {
    alternative = 'two-sided',
    method = 'auto',
  }: { alternative?: RankAlternative; method?: 'auto' | 'exact' | 'asymptotic' } = {},
): Outcome<MannWhitneyTest> {
  const pair = sortedPair(reference, current, 1)
  if (pair.status !== 'ok') return pair
  const { x, y } = pair
  const constant = constantPair(x, y)
  if (constant) return constant
  const [n, m] = [x.length, y.length]
  let doubled = 0
  let ties = 0
  visitTies(x, y, (_value, a, b, _i, j) => {
    doubled += a * (2 * j + b)
    const t = a + b
    ties += t * (t - 1) * (t + 1)
  })
  const u = doubled / 2
  const product = n * m
  const two = alternative === 'two-sided'
  const extreme = two ? Math.max(u, product - u) : alternative === 'greater' ? u : product - u
  const isExact =
    method !== 'asymptotic' && ties === 0 && Math.min(n, m) <= MAX_EXACT_ROWS && product <= MAX_EXACT_CELLS
  const rows = n + m
  const deviation = Math.sqrt((product / 12) * (rows + 1 - ties / (rows * (rows - 1))))
  // Two values that are all ties but one pair leave a deviation above 0; only a constant pair has none.
  if (!(deviation > 0)) return undefinedBecause('constant')
  const tail = isExact
    ? mannWhitneyExactSurvival(extreme, n, m)
    : normalSurvival((extreme - product / 2 - 0.5) / deviation)
  const pValue = Math.min(1, two ? 2 * tail : tail)
  return { status: 'ok', value: u, pValue, auc: u / product, methodUsed: isExact ? 'exact' : 'asymptotic' }
}
