/** Owns the questions: has this happened before, and what else is wrong at the same time? */
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { columnKey } from '@/lib/domain/column'
import type { TimeRange } from '@/lib/domain/time'
import { type AlertItem, toAlertItems } from '@/lib/queries/alert-item'
import { isOver } from '@/lib/queries/alert-span'

/** Earlier alerts of the model that are looked through, and open ones of all models. */
const MAX_LOOKED_AT = 100
const MAX_SHOWN = 5
/** History beside what is live, and the other way round: neither may crowd out the other. */
const MAX_OTHERS_SHOWN = 3
/** Members whose columns are looked up. */
const MAX_MEMBERS = 50

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
  /** Those of them that moved there before they moved here; none within the same version, where it is one movement. */
  readonly movedFirst: readonly string[]
}

export interface SimilarAlerts {
  /** The same trouble before, most alike first. */
  readonly past: readonly PastAlert[]
  /** At the same time: on the same model, or on another that reads the same columns. */
  readonly related: readonly RelatedAlert[]
}

type Subjects = ReadonlyMap<number, ReadonlySet<string>>

/** @param span what the alert covers */
export async function findSimilarAlerts(ctx: Context, alert: Alert, span: TimeRange): Promise<SimilarAlerts> {
  const [earlier, beside] = await Promise.all([
    ctx.metadata.listAlerts({
      modelId: alert.modelId,
      limit: MAX_LOOKED_AT,
      before: { firedMs: alert.firedMs, id: alert.id },
    }),
    listBeside(ctx, alert, span),
  ])
  const others = beside.filter((one) => one.id !== alert.id)
  const besides = new Set(others.map(({ id }) => id))
  const before = earlier.filter(
    (one) => one.cause === alert.cause && one.id !== alert.id && !besides.has(one.id),
  )
  const rows = await ctx.metadata.listAlertSubjects([alert, ...before, ...others].map(({ id }) => id))
  const subjects = group(rows, ({ metric, column }) => `${metric} ${column ? columnKey(column) : ''}`)
  const columns = group(rows, ({ column }) => (column?.family === 'input' ? column.name : null))
  return {
    past: await pastOf(ctx, alert, before, subjects),
    related: await relatedOf(ctx, alert, others, columns),
  }
}

/**
 * What is open beside an alert that lasts; of one that is over, what overlapped it. Back-filled records tell what moved as
 * well as those that came at once: of history, whatever overlaps the alert by the times of its data.
 */
async function listBeside(ctx: Context, alert: Alert, span: TimeRange): Promise<Alert[]> {
  const live = isOver(alert)
    ? listOverlapping(ctx, span, false)
    : ctx.metadata.listAlerts({
        states: ['firing', 'recovering'],
        historical: false,
        limit: MAX_LOOKED_AT,
      })
  return [...(await live), ...(await listOverlapping(ctx, span, true))]
}

async function listOverlapping(ctx: Context, span: TimeRange, historical: boolean): Promise<Alert[]> {
  const found = await ctx.metadata.listAlerts({
    historical,
    limit: MAX_LOOKED_AT,
    before: { firedMs: span.endMs, id: 0 },
  })
  const items = await toAlertItems(ctx, found)
  const overlapping = new Set(items.filter((item) => item.span.endMs > span.startMs).map(({ id }) => id))
  return found.filter(({ id }) => overlapping.has(id))
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
  const alike = others
    .map((one) => ({ alert: one, columns: sharedOf(columns, alert.id, one.id) }))
    .filter((one) => one.alert.modelId === alert.modelId || one.columns.length > 0)
    .sort((a, b) => a.alert.onsetMs - b.alert.onsetMs)
  const isSameKind = (one: (typeof alike)[number]) => one.alert.historical === alert.historical
  const found = [
    ...alike.filter(isSameKind).slice(0, MAX_SHOWN),
    ...alike.filter((one) => !isSameKind(one)).slice(0, MAX_OTHERS_SHOWN),
  ]
  const items = await toAlertItems(
    ctx,
    found.map((one) => one.alert),
  )
  const isElsewhere = (one: (typeof found)[number]) =>
    one.alert.versionId !== alert.versionId && one.columns.length > 0
  const own = found.some(isElsewhere) ? await onsets(ctx, alert) : () => alert.onsetMs
  const related: RelatedAlert[] = []
  for (const [index, item] of items.entries()) {
    const one = found[index]
    if (!one) continue
    const movedFirst = isElsewhere(one) ? await earlierColumns(ctx, one, own) : []
    related.push({ item, columns: one.columns, movedFirst })
  }
  return related
}

/** When each input of an alert moved; of what left it meanwhile, when the alert began. */
type Onsets = (column: string) => number

async function onsets(ctx: Context, alert: Alert): Promise<Onsets> {
  const known = new Map<string, number>()
  for (const { monitorId, onsetMs } of alert.members.slice(0, MAX_MEMBERS)) {
    const column = (await ctx.metadata.findMonitor(monitorId))?.column
    if (column?.family !== 'input') continue
    known.set(column.name, Math.min(onsetMs, known.get(column.name) ?? onsetMs))
  }
  return (column) => known.get(column) ?? alert.onsetMs
}

async function earlierColumns(
  ctx: Context,
  other: { readonly alert: Alert; readonly columns: readonly string[] },
  own: Onsets,
): Promise<string[]> {
  const there = await onsets(ctx, other.alert)
  return other.columns.filter((column) => there(column) < own(column))
}
