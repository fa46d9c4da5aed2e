/** Owns the question: which of these alerts is worst? By the monitor that leads each, in the window that speaks for it. */
import type { ExcessRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { compareRanks, type Rank, rankOf } from '@/lib/alert/worst-first'
import type { Alert } from '@/lib/domain/alert'
import type { Verdict } from '@/lib/domain/evaluation'
import { limitRatio } from '@/lib/queries/rank-verdict'

/** Faults that leave nothing to measure: worse than any distance. */
const TOTAL: ReadonlySet<Verdict> = new Set(['no_data', 'all_missing', 'type_changed'])

/** Where each stands among others, by its id. */
export async function rankAlerts(ctx: Context, alerts: readonly Alert[]): Promise<Map<number, Rank>> {
  const leads = alerts.flatMap(({ members: [lead] }) => (lead ? lead.evaluationId : []))
  const rows = await ctx.metadata.listExcesses(leads)
  const excesses = new Map(rows.map((row) => [row.evaluationId, excessOf(row)]))
  return new Map(
    alerts.map((alert) => {
      const excess = excesses.get(alert.members[0]?.evaluationId ?? 0) ?? null
      return [alert.id, rankOf(alert, excess, ctx.nowMs)]
    }),
  )
}

/** Those of equal rank keep their order. */
export async function sortWorstFirst(ctx: Context, alerts: readonly Alert[]): Promise<Alert[]> {
  const ranks = await rankAlerts(ctx, alerts)
  return [...alerts].sort((a, b) => {
    const [one, other] = [ranks.get(a.id), ranks.get(b.id)]
    return one && other ? compareRanks(one, other) : 0
  })
}

function excessOf({ verdict, value, limit, told }: ExcessRow): number | null {
  return TOTAL.has(verdict) ? Number.MAX_VALUE : (told ?? limitRatio(value, limit))
}
