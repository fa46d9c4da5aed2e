/** Owns the question: has a slice seen the whole log yet? The worker keeps the setting up. */
import { sliceSeries } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'

/** Name of the setting by the number that the slice's summaries stand under. */
export function sliceSetting(series: number): string {
  return `sliced:${series}`
}

/** Whether the summaries of a slice of a version are complete. */
export async function isSliceComplete(ctx: Context, sliceId: number, versionId: number): Promise<boolean> {
  const text = await ctx.metadata.getSetting(sliceSetting(sliceSeries(sliceId, versionId)))
  return text !== null && (JSON.parse(text) as { state?: unknown }).state === 'done'
}
