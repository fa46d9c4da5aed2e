/** Owns the question: which alerts are there? For the API; the pages ask `list-alert-items`. */
import type { AlertQuery } from '@/db/contracts/alert-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { AlertState } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'
import { type AlertItem, toAlertItems } from '@/lib/queries/alert-item'

export const MAX_ALERTS_A_PAGE = 200

export interface AlertsWish {
  /** All when absent. */
  readonly states?: readonly AlertState[]
  /** Model name. */
  readonly model?: string
  /** Alerts found in back-filled windows are left out unless asked for. */
  readonly historical?: boolean
  /** 1 … 200; 50 when absent. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly before?: string
}

/**
 * One page of alerts, newest first.
 * @throws AppError `invalid` for a cursor that is none, `not_found` for an unknown model
 */
export async function listAlerts(
  ctx: Context,
  wish: AlertsWish,
): Promise<{ alerts: AlertItem[]; next: string | null }> {
  requireScope(ctx.principal, 'read')
  const limit = Math.min(MAX_ALERTS_A_PAGE, Math.max(1, Math.trunc(wish.limit ?? 50)))
  const model = wish.model === undefined ? null : await ctx.metadata.findModel(wish.model)
  if (wish.model !== undefined && !model)
    throw new AppError('not_found', 'There is no such model.', { field: 'model' })
  const query: AlertQuery = {
    ...(wish.states ? { states: wish.states } : {}),
    ...(model ? { modelId: model.id } : {}),
    historical: wish.historical ?? false,
    limit: limit + 1,
    // With a cursor the order is by time alone, which is the only one that pages can go on from.
    before: wish.before === undefined ? FIRST : parseCursor(wish.before),
  }
  const page = await ctx.metadata.listAlerts(query)
  const last = page.length > limit ? page[limit - 1] : undefined
  return {
    alerts: await toAlertItems(ctx, page.slice(0, limit)),
    next: last ? `${last.firedMs}.${last.id}` : null,
  }
}

const FIRST = { firedMs: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER }

function parseCursor(text: string): { firedMs: number; id: number } {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text)
  if (!match) throw new AppError('invalid', 'That is no cursor of this list.', { field: 'before' })
  return { firedMs: Number(match[1]), id: Number(match[2]) }
}
