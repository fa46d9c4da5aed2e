/** Owns the questions: has this happened before, and what else is wrong at the same time? */
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { columnKey } from '@/lib/domain/column'
import { type AlertItem, toAlertItems } from '@/lib/queries/alert-item'

/** Earlier alerts of the model that are looked through, and open ones of all models. */
const MAX_LOOKED_AT = 100
const MAX_SHOWN = 5

export interface PastAlert {
  readonly item: AlertItem
  /** Measures that took part in both. */
  readonly shared: number
  /** What a person wrote last: a note of resolution or a comment; empty when nobody did. */
  readonly note: string
}

export interface RelatedAlert {
  readonly item: AlertItem
  /** Columns that it shares with this alert. */
  readonly columns: readonly string[]
}

export interface SimilarAlerts {
  /** The same trouble before, most alike first. */
  readonly past: readonly PastAlert[]
  /** Open at the same time: on the same model, or on another that reads the same columns. */
  readonly related: readonly RelatedAlert[]
}

type Subjects = ReadonlyMap<number, ReadonlySet<string>>

export async function findSimilarAlerts(ctx: Context, alert: Alert): Promise<SimilarAlerts> {
  const [earlier, open] = await Promise.all([
    ctx.metadata.listAlerts({
      modelId: alert.modelId,
      limit: MAX_LOOKED_AT,
      before: { firedMs: alert.firedMs, id: alert.id },
    }),
    ctx.metadata.listAlerts({
      states: ['firing', 'recovering'],
      historical: alert.historical,
      limit: MAX_LOOKED_AT,
    }),
  ])
  const before = earlier.filter((one) => one.cause === alert.cause && one.id !== alert.id)
  const others = open.filter((one) => one.id !== alert.id)
  const rows = await ctx.metadata.listAlertSubjects([alert, ...before, ...others].map(({ id }) => id))
  const subjects = group(rows, ({ metric, column }) => `${metric} ${column ? columnKey(column) : ''}`)
  const columns = group(rows, ({ column }) => (column?.family === 'input' ? column.name : null))
  return {
    past: await pastOf(ctx, alert, before, subjects),
    related: await relatedOf(ctx, alert, others, columns),
  }
}

interface Row {
  readonly alertId: number
  readonly metric: string
  readonly column: { readonly family: 'input' | 'output' | 'software'; readonly name: string } | null
}

function group(rows: readonly Row[], keyOf: (row: Row) => string | null): Subjects {
  const groups = new Map<number, Set<string>>()
  for (const row of rows) {
    const key = keyOf(row)
    if (key === null) continue
    const known = groups.get(row.alertId) ?? new Set()
    groups.set(row.alertId, known.add(key))
  }
  return groups
}

function sharedOf(subjects: Subjects, a: number, b: number): string[] {
  const other = subjects.get(b)
  return [...(subjects.get(a) ?? [])].filter((key) => other?.has(key))
}

async function pastOf(
  ctx: Context,
  alert: Alert,
  before: readonly Alert[],
  subjects: Subjects,
): Promise<PastAlert[]> {
  const alike = before
    .map((one) => ({ alert: one, shared: sharedOf(subjects, alert.id, one.id).length }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared || b.alert.firedMs - a.alert.firedMs)
    .slice(0, MAX_SHOWN)
  const items = await toAlertItems(
    ctx,
    alike.map((one) => one.alert),
  )
  return Promise.all(
    items.map(async (item, index) => ({
      item,
      shared: alike[index]?.shared ?? 0,
      note: await lastNote(ctx, item.id),
    })),
  )
}

async function lastNote(ctx: Context, alertId: number): Promise<string> {
  const events = await ctx.metadata.listAlertEvents(alertId)
  const said = events.findLast(
    ({ kind, actor, note }) =>
      actor !== 'plumbline' && note !== '' && (kind === 'commented' || kind === 'resolved'),
  )
  return said?.note ?? ''
}

async function relatedOf(
  ctx: Context,
  alert: Alert,
  others: readonly Alert[],
  columns: Subjects,
): Promise<RelatedAlert[]> {
  const found = others
    .map((one) => ({ alert: one, columns: sharedOf(columns, alert.id, one.id) }))
    .filter((one) => one.alert.modelId === alert.modelId || one.columns.length > 0)
    .sort((a, b) => a.alert.onsetMs - b.alert.onsetMs)
    .slice(0, MAX_SHOWN)
  const items = await toAlertItems(
    ctx,
    found.map((one) => one.alert),
  )
  return items.map((item, index) => ({ item, columns: found[index]?.columns ?? [] }))
}
