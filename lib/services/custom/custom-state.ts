/**
 * Owns where a custom metric stands with a version, or a slice of it: records up to a border are read again from the log, those behind it
 * are counted as they come. Saving a definition is the whole request; the worker alone writes what is kept here.
 */

import type { LogPosition } from '@/db/contracts/log-store'
import { comparePositions } from '@/db/contracts/log-store'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { Context } from '@/lib/access/context'
import { oncePer } from '@/lib/domain/once-per'
import { type CustomState, customSetting, readCustomState } from '@/lib/queries/custom-state'

/** By store, then by setting: the worker asks in every step. */
const memoryOf = oncePer((_store: MetadataStore) => new Map<string, CustomState>())

/** null: nothing was counted yet, and all that is in the log will be read again. */
export async function findCustomState(
  ctx: Context,
  seriesId: number,
  series: number,
): Promise<CustomState | null> {
  const memory = memoryOf(ctx.metadata)
  const key = customSetting(seriesId, series)
  const known = memory.get(key)
  if (known) return known
  const stored = await readCustomState(ctx, seriesId, series)
  if (stored) memory.set(key, stored)
  return stored
}

export async function writeCustomState(
  ctx: Context,
  seriesId: number,
  series: number,
  state: CustomState,
): Promise<void> {
  const key = customSetting(seriesId, series)
  await ctx.metadata.setSetting(key, JSON.stringify(state))
  memoryOf(ctx.metadata).set(key, state)
}

/** Whether a block lies behind the border: it is counted as it comes, and not read again. */
export function isLive({ until }: CustomState, position: LogPosition): boolean {
  return until === null || comparePositions(position, until) > 0
}
