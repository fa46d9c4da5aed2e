/** Owns the question: which events has a model ever had? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'

/** Name of the setting that holds a model's own names of events, as a list. */
export function eventNamesSetting(model: string): string {
  return `events.names:${model}`
}

/** Names of a model's own, beside those that every model may have; in the order in which they first came. */
export async function listEventNames(ctx: Context, model: string): Promise<readonly string[]> {
  requireScope(ctx.principal, 'read')
  const saved = await ctx.metadata.getSetting(eventNamesSetting(model))
  return saved === null ? [] : (JSON.parse(saved) as string[])
}
