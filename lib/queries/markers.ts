/** Owns the question: what was changed, and when? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Marker } from '@/lib/domain/marker'
import type { TimeRange } from '@/lib/domain/time'

/** Oldest first; of one model with those that concern every model, or of all. */
export async function listMarkers(
  ctx: Context,
  query: { readonly range: TimeRange; readonly model?: string; readonly limit: number },
): Promise<Marker[]> {
  requireScope(ctx.principal, 'read')
  return ctx.metadata.listMarkers(query)
}
