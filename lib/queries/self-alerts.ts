/** Owns the question: what is wrong with Plumbline itself, and what was? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { SelfAlert } from '@/lib/domain/self-alert'

const MAX_LISTED = 100

/** Newest first, over ones included. */
export async function listSelfAlerts(ctx: Context): Promise<SelfAlert[]> {
  requireScope(ctx.principal, 'read')
  return ctx.metadata.listSelfAlerts({ resolvedToo: true, limit: MAX_LISTED })
}
