/** Owns the hint under the budget of false alarms: what the chosen one costs in sensitivity. */
import { useMemo } from 'react'
import { BUDGET_RANGE } from '@/lib/domain/model-choices'
import type { Cadence } from '@/lib/domain/time'
import { sayBudgetCost, type Watched } from '@/lib/monitor/say-budget'

export function BudgetCost({
  budget,
  cadence,
  watched,
}: {
  /** NaN while nothing is written. */
  budget: number
  cadence: Cadence
  watched: Watched | null
}) {
  const [least, most] = BUDGET_RANGE
  const isAllowed = budget >= least && budget <= most
  const sentences = useMemo(
    () => (isAllowed && watched ? sayBudgetCost(budget, cadence, watched) : []),
    [isAllowed, budget, cadence, watched],
  )
  if (!isAllowed) {
    return `From ${least} (one in 20 weeks) to ${most} (one a day).`
  }
  if (!watched) return 'What it costs in sensitivity is told once the model has an active reference profile.'
  return <span aria-live="polite">{sentences.join(' ')}</span>
}
