/** Owns which alerts are told together on a channel: how its kind groups, and by which facts. Pure. */
import { GROUP_LABELS, type GroupLabel } from '@/lib/domain/alert-route'
import type { ChannelKind } from '@/lib/domain/channel'
import type { Severity } from '@/lib/domain/monitor'

/** How a kind of channel is told of several alerts. */
export interface Grouping {
  /** `paced`: a group waits, and is told in one message. `batched`: only what is due anyway shares a request. */
  readonly way: 'paced' | 'batched'
  /** Alerts in one message at most. */
  readonly most: number
  /** How many of them it names, the worst ones; the others are counted. */
  readonly named: number
}

/**
 * What machines read lists every alert that it tells of, within 20 KB; what people read names the worst. PagerDuty takes
 * one event a request and groups by its own key: there each alert is told alone.
 */
const GROUPINGS: Readonly<Record<ChannelKind, Grouping | null>> = {
  webhook: { way: 'paced', most: 40, named: 40 },
  alertmanager_webhook: { way: 'paced', most: 40, named: 40 },
  slack: { way: 'paced', most: 1_000, named: 10 },
  teams: { way: 'paced', most: 1_000, named: 10 },
  email: { way: 'paced', most: 1_000, named: 25 },
  alertmanager: { way: 'batched', most: 50, named: 50 },
  pagerduty: null,
}

export function groupingOf(kind: ChannelKind): Grouping | null {
  return GROUPINGS[kind]
}

export const DEFAULT_GROUP_BY: readonly GroupLabel[] = ['model']

/** Of what leaves as one message although it belongs to several groups. */
export const DIGEST_KEY = '*'
/** Of alerts of Plumbline about itself. */
export const SELF_GROUP_KEY = 'plumbline'
/** Of what only shares a request. */
export const BATCH_KEY = 'batch'

/**
 * The group of an alert, as stored with its messages.
 * @param by the facts that make a group; none: all alerts of the channel are one
 * @returns null where each alert is told alone
 */
export function groupKeyOf(
  kind: ChannelKind,
  facts: Readonly<Record<Exclude<GroupLabel, 'alert'>, string>>,
  by: readonly GroupLabel[] = DEFAULT_GROUP_BY,
): string | null {
  const grouping = groupingOf(kind)
  if (grouping === null) return null
  if (grouping.way === 'batched') return BATCH_KEY
  if (by.includes('alert')) return null
  const labels = GROUP_LABELS.filter((label) => label !== 'alert' && by.includes(label))
  return labels.map((label) => `${label}=${label === 'alert' ? '' : facts[label]}`).join('\n') || 'all'
}

/** Whether messages of this group wait for one another. */
export function isPaced(groupKey: string | null | undefined): boolean {
  return groupKey !== null && groupKey !== undefined && groupKey !== BATCH_KEY
}

/**
 * Until when a group that was told a moment ago is left in peace. A critical alert waits only for a message that told of
 * something critical, never for warnings.
 * @returns null when it may be told now
 */
export function groupHoldMs(
  told: { readonly lastMs: number | null; readonly lastCriticalMs: number | null },
  severity: Severity,
  groupIntervalMs: number,
): number | null {
  const lastMs = severity === 'critical' ? told.lastCriticalMs : told.lastMs
  return lastMs === null ? null : lastMs + groupIntervalMs
}
