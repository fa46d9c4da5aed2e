/** Owns the order in which the monitors of an alert contribute: by how far each is beyond its limit, times how much its column matters. Pure. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import { isOfWholeRecords } from '@/lib/domain/metric'
import type { Profile } from '@/lib/domain/profile'

/** Where importances come from; null: nothing is known of any. */
export type Importances = 'given' | 'estimated' | null

export interface Contributor<M> {
  readonly member: M
  /** Of the most important feature of the model, 0 … 1; null where it is unknown, or no feature. */
  readonly importance: number | null
  /** Importance times excess; null without a value and a limit, and of whole records, which have no importance. */
  readonly impact: number | null
}

interface Member {
  readonly evaluation: Pick<EvaluationRow, 'column' | 'metric'>
  /** How often the limit. */
  readonly ratio: number | null
}

/** An estimate sees each feature alone: one that says nothing by itself may still matter together with others. */
const LEAST_ESTIMATED = 0.1

/**
 * Members by impact, largest first; those without one keep their order behind them, and whole records come last, for a
 * column says more. A feature of unknown importance counts as the middle one of those known; what is no feature counts
 * whole.
 */
export function rankContributors<M extends Member>(
  members: readonly M[],
  profile: Pick<Profile, 'columns' | 'importances'> | null,
): { readonly contributors: Contributor<M>[]; readonly importances: Importances } {
  const known = new Map<string, number>()
  for (const { family, name, importance } of profile?.columns ?? [])
    if (family === 'input' && importance !== undefined) known.set(name, importance)
  const largest = Math.max(0, ...known.values())
  const sorted = [...known.values()].sort((a, b) => a - b)
  const middle = largest > 0 ? (sorted[Math.floor(sorted.length / 2)] ?? 0) / largest : 1
  const least = profile?.importances === 'estimated' ? LEAST_ESTIMATED : 0
  const contributors = members.map((member): Contributor<M> => {
    const { column } = member.evaluation
    const own = column?.family === 'input' && largest > 0 ? known.get(column.name) : undefined
    const importance = own === undefined ? null : Math.max(least, own / largest)
    const weight = importance ?? (column?.family === 'input' ? middle : 1)
    const hasImpact = member.ratio !== null && !isOfWholeRecords(member.evaluation.metric)
    return { member, importance, impact: hasImpact ? weight * (member.ratio ?? 0) : null }
  })
  const isWhole = ({ member }: Contributor<M>) => Number(isOfWholeRecords(member.evaluation.metric))
  contributors.sort((a, b) => isWhole(a) - isWhole(b) || (b.impact ?? -1) - (a.impact ?? -1))
  return { contributors, importances: largest > 0 ? (profile?.importances ?? null) : null }
}
