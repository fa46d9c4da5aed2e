/** Owns the question: how many alerts wait for a human? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { waitsForSomebody } from '@/lib/domain/alert'

/** The same number that the page of alerts begins with. */
export async function countWaiting(ctx: Context): Promise<number> {
  requireScope(ctx.principal, 'read')
  const open = await ctx.metadata.listOpenAttention()
  return open.filter((alert) => waitsForSomebody(alert, ctx.nowMs)).length
}
