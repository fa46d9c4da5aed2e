/** Owns the route of the audit log. */
import * as z from 'zod'
import { AuditQuery, auditHandler } from '@/lib/http/handlers/audit'
import type { Route } from '@/lib/http/route'
import { InstantSchema, NextCursorSchema } from '@/lib/http/schemas'

const AuditEntrySchema = z.object({
  id: z.number().int().positive(),
  at: InstantSchema,
  actor: z.string().describe('A person, a key, a signed link, or Plumbline itself'),
  action: z.string().describe('Such as `alert.resolve`'),
  subject: z.string().describe('What it was about, as a sentence; never a secret'),
})

export const AUDIT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/audit',
    access: 'admin',
    summary: 'Who did what on the pages, by the API and by signed links, newest first',
    query: AuditQuery,
    response: z.object({ entries: z.array(AuditEntrySchema), next: NextCursorSchema }),
    readsOnly: true,
    handler: auditHandler,
  },
]
