/** Owns the question: what do records look like that an alert is about? */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { columnKey } from '@/lib/domain/column'
import type { Model, Version } from '@/lib/domain/model'
import type { StoredProfile } from '@/lib/domain/profile'
import type { TimeRange } from '@/lib/domain/time'
import { type BreachedCells, breachedCells } from '@/lib/queries/breached-cells'
import { listSampleRecords, type Samples } from '@/lib/queries/sample-records'
import { mainContributions } from '@/lib/queries/whole-records'

export interface AlertSamples {
  readonly samples: Samples
  /** What the samples were looked for: the parts of what breached that single records show, the leading one first. */
  readonly breaches: readonly BreachedCells[]
  /** The window that they are from: the one that the alert shows first. */
  readonly sampled: TimeRange
}

export interface AlertSamplesWish {
  readonly alert: Alert
  readonly model: Model
  readonly version: Version
  /** What the alert covers. */
  readonly span: TimeRange
  /** Of the worst member; absent where no member is shown. */
  readonly lead: EvaluationRow | undefined
  /** The members by impact, largest first. */
  readonly contributors: readonly { readonly member: { readonly evaluation: EvaluationRow } }[]
  readonly profile: StoredProfile | null
}

export async function readAlertSamples(ctx: Context, wish: AlertSamplesWish): Promise<AlertSamples> {
  const { alert, model, version, lead, profile } = wish
  const evaluations = wish.contributors.map(({ member }) => member.evaluation)
  const breaches = breachesOf(evaluations, profile)
  const sampled = lead ? { startMs: lead.windowStartMs, endMs: lead.windowEndMs } : wish.span
  const slice = alert.slice ? await ctx.metadata.findSlice(alert.slice.id) : null
  const samples = await listSampleRecords(ctx, {
    model,
    version,
    window: sampled,
    breaches,
    inputs: inputNames(evaluations),
    profile,
    slice: slice?.conditions ?? null,
  })
  return { samples, breaches, sampled }
}

function breachesOf(evaluations: readonly EvaluationRow[], profile: StoredProfile | null): BreachedCells[] {
  const columns = new Map(profile?.profile.columns.map((column) => [columnKey(column), column]))
  return evaluations.flatMap((evaluation) => {
    const { column } = evaluation
    return breachedCells(evaluation, (column && columns.get(columnKey(column))) ?? null) ?? []
  })
}

/** Inputs that the alert is about, those that whole records are told apart by among them. */
function inputNames(evaluations: readonly EvaluationRow[]): string[] {
  const names = evaluations.flatMap((evaluation) =>
    evaluation.column?.family === 'input' ? [evaluation.column.name] : mainContributions(evaluation),
  )
  return [...new Set(names)]
}
