/** Owns the question: who did what, and when? Only for administrators: names of people and keys stand in it. */
import type { AuditEntry } from '@/db/contracts/access-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { matchesSearch } from '@/lib/domain/search'

/** The page shows so many; the API goes on to the first. */
export const MAX_AUDIT_ENTRIES = 2_000

/** Entries read at a time, and how many times: one request looks through 20,000 for what is searched, the next goes on. */
const CHUNK = 1_000
const MOST_CHUNKS = 20

/** The newest entries, newest first. */
export async function listAuditLog(ctx: Context): Promise<AuditEntry[]> {
  requireScope(ctx.principal, 'admin')
  return ctx.metadata.listAudit(MAX_AUDIT_ENTRIES)
}

export interface AuditWish {
  /** Words that all have to stand in an entry; null takes all. */
  readonly search: string | null
  readonly limit: number
  /** `next` of the page before. */
  readonly cursor: string | null
}

/**
 * Entries, newest first. A page may hold fewer than asked for, and still have a next one: a search looks through so many
 * entries at a time.
 * @throws AppError `invalid` for a cursor that is none
 */
export async function listAuditPage(
  ctx: Context,
  { search, limit, cursor }: AuditWish,
  chunkSize = CHUNK,
): Promise<{ entries: AuditEntry[]; next: string | null }> {
  requireScope(ctx.principal, 'admin')
  const entries: AuditEntry[] = []
  let before = cursor === null ? null : parseCursor(cursor)
  for (let i = 0; i < MOST_CHUNKS; i++) {
    const chunk = await ctx.metadata.listAudit(chunkSize, before)
    for (const entry of chunk) {
      if (entries.length === limit) return { entries, next: String(before) }
      if (matchesSearch(search, auditTexts(entry))) entries.push(entry)
      before = entry.id
    }
    if (chunk.length < chunkSize) return { entries, next: null }
  }
  return { entries, next: String(before) }
}

/** What a search looks at. */
export function auditTexts({ actor, action, subject }: AuditEntry): string[] {
  return [actor, action, actionWords(action), subject]
}

/** `self_alert.silence` → `self alert silence`. */
export function actionWords(action: string): string {
  return action.replaceAll(/[._]/g, ' ')
}

function parseCursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new AppError('invalid', 'That is no cursor of this list.', {
    reason: 'invalid_query',
    field: 'cursor',
  })
}
