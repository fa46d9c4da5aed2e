/** Owns answering who did what. */
import * as z from 'zod'
import { toRfc3339 } from '@/lib/domain/time'
import type { Handler } from '@/lib/http/exchange'
import { CursorParameter, limitParameter } from '@/lib/http/parameters'
import { readQuery } from '@/lib/http/read-json'
import { jsonReply } from '@/lib/http/reply'
import { listAuditPage } from '@/lib/queries/audit-log'

export const AuditQuery = z.object({
  q: z
    .string()
    .max(200)
    .optional()
    .describe('Words that all have to stand in who did it, what it was or what it was about'),
  limit: limitParameter(100, 1_000),
  cursor: CursorParameter,
})

export const auditHandler: Handler = async (app, exchange) => {
  const { q = null, limit, cursor = null } = readQuery(exchange, AuditQuery)
  const ctx = app.contextFor(exchange.principal)
  const { entries, next } = await listAuditPage(ctx, { search: q, limit, cursor })
  const told = entries.map(({ id, atMs, actor, action, subject }) => ({
    id,
    at: toRfc3339(atMs),
    actor,
    action,
    subject,
  }))
  return jsonReply({ entries: told, next })
}
