/** Owns the one sentence over a model page: what is wrong, else what is known to be right, and no more than that. */
import { inZone } from '@/app/format'
import type { FamilyVerdict, ModelOverview } from '@/lib/queries/model-overview'

type Told = Pick<ModelOverview, 'families' | 'isStale'> & {
  readonly alerts: readonly Pick<ModelOverview['alerts'][number], 'summary' | 'title'>[]
  readonly historicalAlerts: readonly Pick<ModelOverview['alerts'][number], 'summary' | 'title' | 'state'>[]
}

/**
 * @param ago when the newest record came: `3 h ago`
 * @param zone of the viewer
 */
export function headline(overview: Told, ago: string, zone: string): string {
  const [alert] = overview.alerts
  if (alert) return inZone(alert.summary, zone) || alert.title
  const [past] = overview.historicalAlerts.filter((item) => item.state !== 'resolved')
  if (past) return `On historical data: ${inZone(past.summary, zone) || past.title}`
  if (overview.isStale) return `No new record has arrived; the newest one came ${ago}.`
  const { input, output, software } = overview.families
  const moved = [input, output, software].find((family) => family.breached > 0)
  if (moved) return moved.sentence
  return calm([
    ['software', software],
    ['inputs', input],
    ['outputs', output],
  ])
}

/** Nothing breaches; what could not be judged is no clean bill of health. */
function calm(families: readonly (readonly [string, Pick<FamilyVerdict, 'judged' | 'undecided'>])[]): string {
  const judged = families.filter(([, family]) => family.judged > 0)
  if (judged.length === 0) return 'Records arrive; nothing has been judged yet.'
  const undecided = judged.filter(([, family]) => family.undecided === family.judged).map(([name]) => name)
  if (undecided.length === 0) return 'Software, inputs and outputs are within their limits.'
  if (undecided.length === judged.length) return 'The newest window has too little data for a verdict.'
  return `Nothing passed its limit, but the newest window has too little data on ${undecided.join(' and ')}.`
}
