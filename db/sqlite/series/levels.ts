/** Owns the numbers under which bucket levels are stored. */
import type { BucketLevel } from '@/lib/domain/time'

/** Part of every summary's key: never renumbered. */
export const LEVEL_NUMBER: Readonly<Record<BucketLevel, number>> = { minute: 0, hour: 1, day: 2 }
