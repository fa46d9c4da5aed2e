/** Owns how a shipper's rhythm is learned, and when it counts as silent. Pure. */
import * as z from 'zod'
import { DAY_MS, MINUTE_MS } from '@/lib/domain/time'

/** What is remembered of the key of one shipper. */
export const ShipperMemorySchema = z.object({
  firstMs: z.number(),
  lastMs: z.number(),
  /** Longest time between two uses, fading by half in two weeks. */
  longestGapMs: z.number(),
  uses: z.number(),
})
export type ShipperMemory = z.infer<typeof ShipperMemorySchema>

const HALF_LIFE_MS = 14 * DAY_MS
/** Known for a day and this many uses: before that there is no rhythm to miss. */
const LEAST_USES = 20
const KNOWN_AFTER_MS = DAY_MS
/** Silent after this many times its longest pause, and after this long at least. */
const TIMES_LONGEST = 3
const LEAST_SILENCE_MS = 15 * MINUTE_MS
/** After this long it is not silent, but gone. */
const FORGOTTEN_AFTER_MS = 14 * DAY_MS

/**
 * What is remembered after the key was seen to have been used last at an instant.
 * @param upSinceMs while we were down nobody could send: that time is no pause of theirs
 */
export function hearShipper(memory: ShipperMemory | null, usedMs: number, upSinceMs: number): ShipperMemory {
  if (memory === null) return { firstMs: usedMs, lastMs: usedMs, longestGapMs: 0, uses: 1 }
  if (usedMs <= memory.lastMs) return memory
  const gapMs = Math.max(0, usedMs - Math.max(memory.lastMs, upSinceMs))
  const faded = memory.longestGapMs * 0.5 ** (gapMs / HALF_LIFE_MS)
  return { ...memory, lastMs: usedMs, longestGapMs: Math.max(gapMs, faded), uses: memory.uses + 1 }
}

/** How long it has been silent, or null while that is nothing unusual. */
export function silentFor(memory: ShipperMemory, nowMs: number, upSinceMs: number): number | null {
  const { firstMs, lastMs, longestGapMs, uses } = memory
  if (uses < LEAST_USES || lastMs - firstMs < KNOWN_AFTER_MS) return null
  if (nowMs - lastMs > FORGOTTEN_AFTER_MS) return null
  const quietMs = nowMs - Math.max(lastMs, upSinceMs)
  return quietMs >= Math.max(LEAST_SILENCE_MS, TIMES_LONGEST * longestGapMs) ? quietMs : null
}
