/** Owns how fast an alert speaks: the wait before the first message, between messages, and before it is told again. */
import { DEFAULT_GROUP_BY } from '@/lib/alert/grouping'
import type { AlertRoute, GroupLabel } from '@/lib/domain/alert-route'
import type { Severity } from '@/lib/domain/monitor'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/domain/time'

/** Wait before the first message, so that what one cause breaks arrives as one message. */
export const GROUP_WAIT_MS = 30 * SECOND_MS
/** Least time between messages of one alert, and of one group, on one channel. */
export const GROUP_INTERVAL_MS = 5 * MINUTE_MS
/** How often an open alert is told again, and how soon a reopened one may be. */
export const REPEAT_INTERVAL_MS: Readonly<Record<Severity, number>> = {
  critical: 4 * HOUR_MS,
  warning: 24 * HOUR_MS,
}

export interface Pace {
  readonly groupWaitMs: number
  readonly groupIntervalMs: number
  readonly repeatMs: Readonly<Record<Severity, number>>
  /** What is told together. */
  readonly groupBy: readonly GroupLabel[]
}

/** The pace of a route; what it does not say, and the default route, keep the usual one. */
export function paceOf(
  route: Pick<AlertRoute, 'groupWaitMs' | 'groupIntervalMs' | 'repeatMs' | 'groupBy'> = {},
): Pace {
  const { groupWaitMs = GROUP_WAIT_MS, groupIntervalMs = GROUP_INTERVAL_MS, repeatMs } = route
  return {
    groupWaitMs,
    groupIntervalMs,
    repeatMs: repeatMs === undefined ? REPEAT_INTERVAL_MS : { critical: repeatMs, warning: repeatMs },
    groupBy: route.groupBy ?? DEFAULT_GROUP_BY,
  }
}
