/** Owns the question: which records were refused, and why? As the API tells it. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { toRfc3339 } from '@/lib/domain/time'

export interface ApiRefused {
  readonly received: string
  readonly model: string | null
  readonly code: string
  readonly field: string | null
  readonly message: string
  readonly prediction_id: string | null
  readonly raw: string
}

/** One page of the quarantine, newest first. @throws AppError `invalid` for a cursor that is none */
export async function listRefused(
  ctx: Context,
  wish: { model: string | null; limit: number; cursor: string | null },
): Promise<{ refused: ApiRefused[]; next: string | null }> {
  requireScope(ctx.principal, 'read')
  const rows = await ctx.log.listQuarantine({
    ...(wish.model === null ? {} : { model: wish.model }),
    ...(wish.cursor === null ? {} : { before: parseCursor(wish.cursor) }),
    limit: wish.limit + 1,
  })
  const page = rows.slice(0, wish.limit)
  const last = page.at(-1)
  return {
    refused: page.map((row) => ({
      received: toRfc3339(row.receivedMs),
      model: row.model,
      code: row.code,
      field: row.field,
      message: row.message,
      prediction_id: row.predictionId,
      raw: row.raw,
    })),
    next: rows.length > wish.limit && last ? `${last.day}.${last.seq}` : null,
  }
}

function parseCursor(text: string): { day: string; seq: number } {
  const match = /^(\d{4}-\d{2}-\d{2})\.(\d{1,15})$/.exec(text)
  if (!match?.[1])
    throw new AppError('invalid', 'This cursor is not one of ours.', {
      reason: 'invalid_query',
      field: 'cursor',
    })
  return { day: match[1], seq: Number(match[2]) }
}
