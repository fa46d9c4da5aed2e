/** Owns what of one channel's waiting messages leaves together now: one message a group, or a digest when many groups wait. Pure. */
import { DIGEST_KEY, type Grouping } from '@/lib/alert/grouping'
import { GROUP_INTERVAL_MS, GROUP_WAIT_MS } from '@/lib/alert/pace'
import type { NotificationType } from '@/lib/domain/alert'
import type { Severity } from '@/lib/domain/monitor'

/** When more groups than this wait for one channel, they are told in one digest. */
export const MAX_GROUPS_APART = 5
/** When a group is told, what would follow it within this time goes along. */
export const GATHER_AHEAD_MS = GROUP_INTERVAL_MS

/** A waiting message that was never tried; at most one of an alert. */
export interface Gatherable {
  readonly id: number
  readonly groupKey: string
  readonly type: NotificationType
  readonly severity: Severity
  readonly createdMs: number
  readonly dueMs: number
}

export interface Gathering {
  /** Messages to be put together; what is due and in none of them goes alone. */
  readonly groups: readonly { readonly groupKey: string; readonly memberIds: readonly number[] }[]
  /** Messages to be put off, because a digest was told a moment ago. */
  readonly hold: { readonly ids: readonly number[]; readonly untilMs: number } | null
}

const NOTHING: Gathering = { groups: [], hold: null }

/**
 * @param input.rows due within `GATHER_AHEAD_MS`
 * @param input.lastDigestMs when the channel was last told of several groups in one message
 */
export function gatherGroups(input: {
  readonly rows: readonly Gatherable[]
  readonly grouping: Grouping
  readonly lastDigestMs: number | null
  readonly nowMs: number
}): Gathering {
  const { rows, grouping, lastDigestMs, nowMs } = input
  const due = rows.filter(({ dueMs }) => dueMs <= nowMs)
  if (due.length === 0) return NOTHING
  if (grouping.way === 'batched')
    return { groups: cut(due, grouping.most, due[0]?.groupKey ?? ''), hold: null }
  const soon = rows.filter(({ dueMs }) => dueMs <= nowMs + GROUP_WAIT_MS)
  const waiting = new Set(soon.map(({ groupKey }) => groupKey))
  const byGroup = new Map<string, Gatherable[]>()
  for (const row of rows) byGroup.set(row.groupKey, [...(byGroup.get(row.groupKey) ?? []), row])
  if (waiting.size > MAX_GROUPS_APART) {
    const freeMs = lastDigestMs === null ? nowMs : lastDigestMs + GROUP_INTERVAL_MS
    if (freeMs > nowMs && !due.some(isCriticalNews))
      return { groups: [], hold: { ids: due.map(({ id }) => id), untilMs: freeMs } }
    const groups = [...byGroup].filter(([key]) => waiting.has(key)).map(([, members]) => worstFirst(members))
    groups.sort((a, b) => weigh(b) - weigh(a))
    return { groups: cut(groups.flat(), grouping.most, DIGEST_KEY), hold: null }
  }
  const told = new Set(due.map(({ groupKey }) => groupKey))
  return {
    groups: [...byGroup].flatMap(([key, members]) =>
      told.has(key) ? cut(worstFirst(members), grouping.most, key) : [],
    ),
    hold: null,
  }
}

/** A digest that was told does not hold up a page. */
function isCriticalNews({ severity, type }: Gatherable): boolean {
  return severity === 'critical' && type !== 'alert.resolved'
}

function worstFirst(members: readonly Gatherable[]): Gatherable[] {
  return [...members].sort(
    (a, b) =>
      Number(isCriticalNews(b)) - Number(isCriticalNews(a)) || a.createdMs - b.createdMs || a.id - b.id,
  )
}

/** Groups with something critical before all others, large ones before small ones. */
function weigh(members: readonly Gatherable[]): number {
  return (members.some(isCriticalNews) ? 1e9 : 0) + members.length
}

/** In as few messages as its limit allows; one that stands alone is no group. */
function cut(rows: readonly Gatherable[], most: number, groupKey: string): Gathering['groups'] {
  const groups: { groupKey: string; memberIds: number[] }[] = []
  for (let from = 0; from < rows.length; from += most) {
    const memberIds = rows.slice(from, from + most).map(({ id }) => id)
    if (memberIds.length > 1) groups.push({ groupKey, memberIds })
  }
  return groups
}
