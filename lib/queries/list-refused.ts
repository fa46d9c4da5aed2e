/** Owns the question: which records were refused, and why? As the API tells it. */
import type { QuarantinedRecord } from '@/db/contracts/log-store'
import type { RefusalPlace } from '@/db/contracts/rule-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import type { RefusedKind } from '@/lib/domain/record'
import { toRfc3339 } from '@/lib/domain/time'
import { whyNever } from '@/lib/ingest/why-never'

export interface ApiRefused {
  readonly id: string
  readonly received: string
  /** What it was sent as; null where that was not kept. */
  readonly kind: RefusedKind | null
  readonly model: string | null
  readonly code: string
  readonly field: string | null
  readonly message: string
  readonly prediction_id: string | null
  readonly raw: string
  readonly taken: boolean
  readonly cannot_be_taken: string | null
}

export interface RefusedWish {
  readonly model: string | null
  readonly code: string | null
  readonly limit: number
  readonly cursor: string | null
}

/** One page of the quarantine, newest first. @throws AppError `invalid` for a cursor that is none */
export async function listRefused(
  ctx: Context,
  wish: RefusedWish,
): Promise<{ refused: ApiRefused[]; next: string | null }> {
  requireScope(ctx.principal, 'read')
  const rows = await ctx.log.listQuarantine({
    ...(wish.model === null ? {} : { model: wish.model }),
    ...(wish.code === null ? {} : { code: wish.code }),
    ...(wish.cursor === null ? {} : { before: parsePlace(wish.cursor, 'cursor') }),
    limit: wish.limit + 1,
  })
  const page = rows.slice(0, wish.limit)
  const last = page.at(-1)
  const taken = new Set((await ctx.metadata.findReplayed(page)).map(placeName))
  return {
    refused: page.map((row) => toApi(row, taken.has(placeName(row)))),
    next: rows.length > wish.limit && last ? placeName(last) : null,
  }
}

function toApi(row: QuarantinedRecord, taken: boolean): ApiRefused {
  return {
    id: placeName(row),
    received: toRfc3339(row.receivedMs),
    kind: row.origin?.kind ?? null,
    model: row.model,
    code: row.code,
    field: row.field,
    message: row.message,
    prediction_id: row.predictionId,
    raw: row.raw,
    taken,
    cannot_be_taken: taken ? null : whyNever(row.origin),
  }
}

/** A place as text: `2026-11-21.17`. */
export function placeName({ day, seq }: RefusalPlace): string {
  return `${day}.${seq}`
}

/** @throws AppError `invalid` (`invalid_query`) for text that is no place */
export function parsePlace(text: string, field: string): RefusalPlace {
  const match = /^(\d{4}-\d{2}-\d{2})\.(\d{1,15})$/.exec(text)
  if (!match?.[1])
    throw new AppError('invalid', `This ${field} is not one of ours.`, { reason: 'invalid_query', field })
  return { day: match[1], seq: Number(match[2]) }
}
