/** Owns the question: in which slices is it, and in which not? The same measure in the same window, part by part. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import type { Verdict } from '@/lib/domain/evaluation'
import type { Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import { startingAt } from '@/lib/domain/time'
import { possibleDistance } from '@/lib/queries/possible-distance'
import { excessRatio, rankVerdict } from '@/lib/queries/rank-verdict'

export interface HitPart {
  /** null: all records. */
  readonly slice: string | null
  readonly value: number | null
  /** null also where chance alone could give so few values any distance there is. */
  readonly limit: number | null
  readonly n: number
  readonly verdict: Verdict
  /** What the number is compared with. */
  readonly baseline: Monitor['baseline']
}

/**
 * The parts that were judged in the window of an evaluation by its measure, worst first; the whole version last. Empty
 * where no slice is.
 */
export async function whoIsHit(
  ctx: Context,
  version: Version,
  lead: EvaluationRow | undefined,
): Promise<HitPart[]> {
  if (!lead) return []
  const sliced = await ctx.metadata.listSliceMonitors(version.id)
  const same = ({ metric, column }: Monitor) =>
    metric === lead.metric && column?.family === lead.column?.family && column?.name === lead.column?.name
  const slices = sliced.filter(same)
  if (slices.length === 0) return []
  const whole = (await ctx.metadata.listMonitors(version.id)).filter(same)
  const parts = await Promise.all([...slices, ...whole].map((monitor) => readPart(ctx, monitor, lead)))
  return parts
    .flatMap((part) => part ?? [])
    .sort(
      (a, b) =>
        Number(a.part.slice === null) - Number(b.part.slice === null) ||
        rankVerdict(b.part.verdict) - rankVerdict(a.part.verdict) ||
        b.ratio - a.ratio,
    )
    .map(({ part }) => part)
}

async function readPart(
  ctx: Context,
  monitor: Monitor,
  { versionId, windowStartMs }: EvaluationRow,
): Promise<{ part: HitPart; ratio: number } | null> {
  const [row] = await ctx.metadata.listEvaluations({
    versionIds: [versionId],
    monitorId: monitor.id,
    range: startingAt(windowStartMs),
    limit: 1,
    withDetail: true,
  })
  if (!row) return null
  const { value, limit, n, verdict } = row
  const part = {
    slice: monitor.slice?.name ?? null,
    value,
    limit: limit === null ? null : possibleDistance(monitor.method, limit),
    n,
    verdict,
    baseline: monitor.baseline,
  }
  return { part, ratio: excessRatio(row) ?? 0 }
}
