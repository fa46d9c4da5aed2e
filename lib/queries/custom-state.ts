/** Owns the question: has a custom metric seen the whole log of a version? */
import * as z from 'zod'
import type { Context } from '@/lib/access/context'

const CustomStateSchema = z.object({
  /** Records up to here are read again; null: there were none. */
  until: z.object({ day: z.string(), seq: z.number().int() }).nullable(),
  state: z.enum(['running', 'done']),
})
export type CustomState = z.infer<typeof CustomStateSchema>

/** The setting's name. @param series number of the version, or of a slice of it */
export function customSetting(seriesId: number, series: number): string {
  return `custom:${seriesId}:${series}`
}

/** As the worker left it; null: it has not begun. */
export async function readCustomState(
  ctx: Context,
  seriesId: number,
  series: number,
): Promise<CustomState | null> {
  const text = await ctx.metadata.getSetting(customSetting(seriesId, series))
  return text === null ? null : CustomStateSchema.parse(JSON.parse(text))
}
