/** Owns streams of hours whose columns go together, wander and have seasons, and judging one hour of them. */

import { isOfWholeRecords } from '@/lib/domain/metric'
import type { Profile } from '@/lib/domain/profile'
import { rowsOfTable } from '@/lib/monitor/records/testing'
import { judge, storedProfile } from '@/lib/monitor/testing'
import { createMulberry32 } from '@/lib/stats/mulberry32'

export interface StreamPlan {
  readonly columns: number
  /** Records of the busiest hour. */
  readonly perHour: number
  /** Weight of what all columns have in common, 0 … 1. */
  readonly together: number
  /** Standard deviation of the level of each column from hour to hour; 0.8 of a level stays in the next hour. */
  readonly wander: number
  readonly daily: number
  /** What weekends add. */
  readonly weekly: number
}

export interface Hour {
  readonly hour: number
  /** Values by column. */
  readonly rows: readonly (readonly number[])[]
}

const STAYS = 0.8
const FEWEST = 5

export function hoursOf(plan: StreamPlan, hours: number, seed: number): Hour[] {
  const random = createMulberry32(seed)
  const levels = new Float64Array(plan.columns)
  const own = Math.sqrt(1 - plan.together ** 2)
  return Array.from({ length: hours }, (_, hour) => {
    const phase = (hour % 24) / 24
    const weekend = Math.floor(hour / 24) % 7 >= 5 ? plan.weekly : 0
    levels.forEach((level, j) => {
      levels[j] = STAYS * level + Math.sqrt(1 - STAYS ** 2) * random.normal()
    })
    const offsets = Array.from(
      levels,
      (level, j) => plan.wander * level + plan.daily * Math.sin((phase + j / 7) * 2 * Math.PI) + weekend,
    )
    const traffic = 0.55 + 0.45 * Math.sin((phase - 1 / 3) * 2 * Math.PI)
    const rows = Array.from({ length: Math.max(FEWEST, Math.round(plan.perHour * traffic)) }, () => {
      const common = plan.together * random.normal()
      return offsets.map((offset) => offset + common + own * random.normal())
    })
    return { hour, rows }
  })
}

/** What both monitors of whole records say of an hour. */
export function judgeHour(profile: Profile, { hour, rows }: Hour) {
  const names = profile.columns.flatMap(({ role, name }) => (role === 'feature' ? [name] : []))
  const columns = Object.fromEntries(names.map((name, j) => [name, rows.map((row) => row[j] ?? null)]))
  const stored = known.get(profile) ?? { ...storedProfile([]), profile }
  known.set(profile, stored)
  const judged = judge(stored, {
    columns,
    rows: rowsOfTable(profile, columns, `h${hour}-`),
    withDetail: false,
  })
  return [...judged].flatMap(([metric, evaluation]) =>
    isOfWholeRecords(metric) ? [{ metric, ...evaluation }] : [],
  )
}

/** The same object each time: what is computed from a profile is kept by it. */
const known = new WeakMap<Profile, ReturnType<typeof storedProfile>>()
