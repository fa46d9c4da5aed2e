/** Owns the sentences that say what a budget of false alarms costs in sensitivity, computed for the model at hand. */
import { CADENCE_WORDS } from '@/lib/domain/cadence-words'
import { BUDGET_RANGE } from '@/lib/domain/model-choices'
import { type Cadence, nominalWindowMs } from '@/lib/domain/time'
import { alphaOf, sensitivityOf, TOLD_POWER, TOLD_SHIFT } from '@/lib/monitor/false-alarm-budget'
import { sayRecords } from '@/lib/monitor/words'

/** What the cost depends on beside budget and cadence. */
export interface Watched {
  /** Columns compared with the reference. */
  readonly columns: number
  readonly referenceRows: number
  /** Slices have a share of the budget. */
  readonly isSliced?: boolean
  /** Records of the newest judged window, and how long it was; null before there is one. */
  readonly recent: { readonly records: number; readonly lengthMs: number } | null
}

/** `one alert a fortnight`, `3 alerts a fortnight`, `one alert in 4 weeks`, `one alert a day`. */
export function sayBudget(budget: number): string {
  if (budget === 1) return 'one alert a fortnight'
  if (budget === 14) return 'one alert a day'
  if (budget > 1) return `${Number(budget.toFixed(1))} alerts a fortnight`
  return `one alert in ${Number((2 / budget).toFixed(1))} weeks`
}

const WINDOWS: Readonly<Partial<Record<Cadence, string>>> = {
  '1h': 'hourly windows',
  '1d': 'daily windows',
  '1w': 'weekly windows',
  '1mo': 'monthly windows',
}

/** Two digits, rounded up: more would claim to know more. */
function roundedUp(rows: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, rows))) - 1)
  return Math.ceil(rows / unit) * unit
}

function rowsAt(budget: number, cadence: Cadence, watched: Watched): number | null {
  const rows = sensitivityOf({ alpha: alphaOf(budget, cadence, watched.isSliced), ...watched })
  return rows === null ? null : roundedUp(rows)
}

/**
 * @param budget alerts a fortnight
 * @returns what is seen, what the newest window means by it, and what other budgets would cost
 */
export function sayBudgetCost(budget: number, cadence: Cadence, watched: Watched): string[] {
  const windows = WINDOWS[cadence] ?? `windows of ${CADENCE_WORDS[cadence]}`
  const columns = watched.columns === 1 ? 'one column' : `${watched.columns} columns`
  const at = `At ${sayBudget(budget)}, ${windows} and ${columns}`
  const shift = `a shift of ${TOLD_SHIFT} σ in one column`
  const rows = rowsAt(budget, cadence, watched)
  if (rows === null) {
    const had = sayRecords(watched.referenceRows, 'row')
    return [
      `${at}, ${shift} is not seen for certain in windows of any size: the reference has ${had}, too few for it.`,
    ]
  }
  const often = `${Math.round(TOLD_POWER * 100)} %`
  return [
    `${at}, ${shift} is seen ${often} of the time from ${sayRecords(rows)} a window.`,
    ...sayRecent(rows, cadence, watched),
    ...sayOthers(cadence, watched),
  ]
}

function sayRecent(rows: number, cadence: Cadence, { recent }: Watched): string[] {
  if (!recent) return []
  const lengthMs = nominalWindowMs(cadence)
  const isSame = Math.abs(recent.lengthMs / lengthMs - 1) < 0.05
  const records = isSame ? recent.records : roundedUp((recent.records * lengthMs) / recent.lengthMs)
  const had = isSame
    ? `The newest judged window had ${sayRecords(records)}`
    : `At the rate of the newest judged window such a one has about ${sayRecords(records)}`
  return [records >= rows ? `${had}: enough.` : `${had}: there it is seen less often.`]
}

function sayOthers(cadence: Cadence, watched: Watched): string[] {
  const [fewest, most] = BUDGET_RANGE
  const [strict, loose] = [rowsAt(fewest, cadence, watched), rowsAt(most, cadence, watched)]
  if (strict === null || loose === null || strict === loose) return []
  const say = (rows: number) => rows.toLocaleString('en-US')
  return [`At ${sayBudget(fewest)} it takes ${say(strict)}, at ${sayBudget(most)} ${say(loose)}.`]
}
