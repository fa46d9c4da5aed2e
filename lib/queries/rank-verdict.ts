/** Owns the order of badness among verdicts, for ranking and for the worst of several. */
import type { Evaluation, Verdict } from '@/lib/domain/evaluation'

const RANK: Readonly<Record<Verdict, number>> = {
  severe: 9,
  type_changed: 8,
  all_missing: 7,
  drift: 6,
  error: 5,
  possible: 4,
  no_data: 3,
  not_enough_data: 2,
  constant: 1,
  ok: 0,
}

/** Higher is worse. `not_enough_data` outranks `ok`: it is no clean bill of health. */
export function rankVerdict(verdict: Verdict): number {
  return RANK[verdict]
}

export function worstVerdict(verdicts: readonly Verdict[]): Verdict | null {
  let worst: Verdict | null = null
  for (const verdict of verdicts) if (worst === null || RANK[verdict] > RANK[worst]) worst = verdict
  return worst
}

/** How far an evaluation lies beyond its limit, whichever direction is bad: as the judge told it, else value by limit. */
export function excessRatio(row: Pick<Evaluation, 'value' | 'limit' | 'detail'>): number | null {
  const told = row.detail.limitRatio
  return typeof told === 'number' ? told : limitRatio(row.value, row.limit)
}

/** How far a value lies beyond its limit, for ranking: 1 is at the limit. Null without either. */
export function limitRatio(value: number | null, limit: number | null): number | null {
  return value === null || limit === null || limit <= 0 ? null : value / limit
}

/**
 * The result that speaks for a whole model: the worst, but not a column that is constant as its reference is while others
 * can be compared. Null without any.
 */
export function worstOfModel<T extends { readonly verdict: Verdict }>(results: readonly T[]): T | null {
  const compared = results.filter(({ verdict }) => verdict !== 'constant')
  return (compared.length > 0 ? compared : results).reduce<T | null>(
    (a, b) => (a === null || RANK[b.verdict] > RANK[a.verdict] ? b : a),
    null,
  )
}
