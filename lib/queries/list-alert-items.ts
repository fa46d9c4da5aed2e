/** Owns the question: which alerts are open, acknowledged, silenced, resolved or historical? */
import type { AlertQuery } from '@/db/contracts/alert-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { standingOf, waitsForSomebody } from '@/lib/domain/alert'
import { type AlertItem, toAlertItems } from '@/lib/queries/alert-item'
import { sortWorstFirst } from '@/lib/queries/rank-alerts'

export const ALERT_TABS = ['open', 'acknowledged', 'silenced', 'resolved', 'historical'] as const
export type AlertTab = (typeof ALERT_TABS)[number]

const PAGE_SIZE = 50
/** Open alerts are few against what was resolved: they are read whole and sorted into tabs. */
const MAX_OPEN = 5_000
/** With a cursor the order is by time alone, which is the only one that pages can go on from. */
const FIRST = { firedMs: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER }

export interface AlertList {
  readonly tab: AlertTab
  readonly items: readonly AlertItem[]
  readonly counts: Readonly<Record<'open' | 'acknowledged' | 'silenced', number>>
  /** How many of the open ones are explained by others: they wait for nobody. */
  readonly explained: number
  /** Cursor of the next page, or null. */
  readonly next: string | null
}

export interface AlertListWish {
  readonly tab: AlertTab
  /** Only this model's. */
  readonly modelId?: number
  readonly before: string | null
}

/** Alerts of one tab: those that are open whole, worst first; others newest first, 50 a page. */
export async function listAlertItems(ctx: Context, wish: AlertListWish): Promise<AlertList> {
  requireScope(ctx.principal, 'read')
  const scope = wish.modelId === undefined ? {} : { modelId: wish.modelId }
  const open = await ctx.metadata.listAlerts({
    ...scope,
    states: ['firing', 'recovering'],
    historical: false,
    limit: MAX_OPEN,
  })
  const byTab = {
    open: open.filter((alert) => standingOf(alert, ctx.nowMs) === 'open'),
    acknowledged: open.filter((alert) => standingOf(alert, ctx.nowMs) === 'acknowledged'),
    silenced: open.filter((alert) => standingOf(alert, ctx.nowMs) === 'silenced'),
  }
  const counts = {
    open: byTab.open.length,
    acknowledged: byTab.acknowledged.length,
    silenced: byTab.silenced.length,
  }
  const explained = byTab.open.filter((alert) => !waitsForSomebody(alert, ctx.nowMs)).length
  if (wish.tab === 'open' || wish.tab === 'acknowledged' || wish.tab === 'silenced') {
    const items = await toAlertItems(ctx, await sortWorstFirst(ctx, byTab[wish.tab]))
    return { tab: wish.tab, items, counts, explained, next: null }
  }
  const query: AlertQuery = {
    ...scope,
    ...(wish.tab === 'resolved' ? { states: ['resolved'], historical: false } : { historical: true }),
    before: parseCursor(wish.before) ?? FIRST,
    limit: PAGE_SIZE + 1,
  }
  const page = await ctx.metadata.listAlerts(query)
  const last = page.length > PAGE_SIZE ? page[PAGE_SIZE - 1] : undefined
  return {
    tab: wish.tab,
    items: await toAlertItems(ctx, page.slice(0, PAGE_SIZE)),
    counts,
    explained,
    next: last ? `${last.firedMs}.${last.id}` : null,
  }
}

function parseCursor(text: string | null): { firedMs: number; id: number } | null {
  const match = text === null ? null : /^(\d{1,15})\.(\d{1,15})$/.exec(text)
  return match ? { firedMs: Number(match[1]), id: Number(match[2]) } : null
}
