/** Owns turning a wished range into instants; follows old data instead of showing an empty chart. */
import {
  type Cadence,
  DAY_MS,
  HOUR_MS,
  nominalWindowMs,
  type TimeRange,
  windowContaining,
} from '@/lib/domain/time'

export const RANGE_PRESETS = ['24h', '7d', '14d', '30d', '90d', 'all'] as const
export type RangePreset = (typeof RANGE_PRESETS)[number]

const PRESET_MS: Readonly<Record<Exclude<RangePreset, 'all'>, number>> = {
  '24h': 24 * HOUR_MS,
  '7d': 7 * DAY_MS,
  '14d': 14 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
}

/** Longest range that is read at once: ten years. */
const MAX_RANGE_MS = 3_653 * DAY_MS

export interface RangeWish {
  readonly range: RangePreset | null
  readonly from: number | null
  readonly to: number | null
}

export interface ResolvedRange extends TimeRange {
  readonly preset: RangePreset | 'custom'
  /** The end lies in the past because the newest data does. */
  readonly isAnchoredToData: boolean
}

/** How far a page looks back when nobody says: about a dozen to some hundred windows. */
export function defaultPreset(cadence: Cadence): RangePreset {
  const windowMs = nominalWindowMs(cadence)
  if (windowMs >= 7 * DAY_MS) return 'all'
  if (windowMs >= DAY_MS) return '90d'
  return windowMs >= HOUR_MS ? '14d' : '24h'
}

/**
 * The range to read. A preset ends now, or with the newest data where that is older than the whole range.
 * @param data oldest and newest event time known, null without data
 */
export function resolveRange(
  wish: RangeWish,
  data: { readonly firstMs: number | null; readonly lastMs: number | null },
  cadence: Cadence,
  nowMs: number,
): ResolvedRange {
  if (wish.from !== null) {
    const endMs = wish.to !== null && wish.to > wish.from ? wish.to : nowMs
    if (endMs > wish.from) {
      const startMs = Math.max(wish.from, endMs - MAX_RANGE_MS)
      return { startMs, endMs, preset: 'custom', isAnchoredToData: false }
    }
  }
  const preset = wish.range ?? defaultPreset(cadence)
  const dataEndMs = data.lastMs === null ? null : windowContaining(cadence, data.lastMs).endMs
  if (preset === 'all') {
    const startMs = windowContaining(cadence, data.firstMs ?? nowMs - 30 * DAY_MS).startMs
    const isOld = dataEndMs !== null && nowMs - dataEndMs > 2 * nominalWindowMs(cadence)
    const endMs = isOld && dataEndMs !== null ? dataEndMs : Math.max(nowMs, dataEndMs ?? nowMs)
    return { startMs: Math.max(startMs, endMs - MAX_RANGE_MS), endMs, preset, isAnchoredToData: isOld }
  }
  const lengthMs = Math.max(PRESET_MS[preset], nominalWindowMs(cadence))
  const isOld = dataEndMs !== null && dataEndMs < nowMs - lengthMs
  const endMs = isOld && dataEndMs !== null ? dataEndMs : nowMs
  return { startMs: endMs - lengthMs, endMs, preset, isAnchoredToData: isOld }
}
