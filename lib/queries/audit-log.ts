/** Owns the question: who did what, and when? Only for administrators: names of people and keys stand in it. */
import type { AuditEntry } from '@/db/contracts/access-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'

/** Older entries are kept, and not shown. */
export const MAX_AUDIT_ENTRIES = 2_000

/** The newest entries, newest first. */
export async function listAuditLog(ctx: Context): Promise<AuditEntry[]> {
  requireScope(ctx.principal, 'admin')
  return ctx.metadata.listAudit(MAX_AUDIT_ENTRIES)
}
