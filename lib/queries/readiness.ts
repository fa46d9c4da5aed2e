/** Owns what a version still needs before it counts as monitored: records, a reference, windows with enough in them. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Evaluation, Verdict } from '@/lib/domain/evaluation'
import type { Version } from '@/lib/domain/model'
import type { Cadence, TimeRange } from '@/lib/domain/time'
import { sayEnough } from '@/lib/monitor/say-enough'
import { sayUtc } from '@/lib/monitor/words'

export interface ReadinessItem {
  readonly isDone: boolean
  readonly sentence: string
}

/** When a window like this one would have enough, as a sentence; null where it has, or nobody can say. */
export function whenEnough(evaluation: Evaluation, cadence: Cadence): string | null {
  const { n, windowStartMs, windowEndMs, verdict, detail } = evaluation
  if (verdict !== 'not_enough_data') return null
  const [startMs, endMs] = detail.basis?.covered ?? [windowStartMs, windowEndMs]
  const span: TimeRange = { startMs, endMs }
  return sayEnough(n, detail.neededN ?? null, span, detail.basis?.cadence ?? cadence)
}

/**
 * @param latest newest evaluation of every monitor
 * @param drifts verdicts on the drift of inputs in the range that is looked at: one that was decided is proof enough
 */
export function readinessOf(input: {
  readonly version: Version
  readonly cadence: Cadence
  readonly latest: readonly EvaluationRow[]
  readonly drifts: readonly Verdict[]
  readonly nowMs: number
}): ReadinessItem[] {
  const { version, latest } = input
  return [
    {
      isDone: version.firstRecordMs !== null,
      sentence: version.firstRecordMs !== null ? 'Records arrive.' : 'No record has arrived yet.',
    },
    {
      isDone: version.profileId !== null,
      sentence:
        version.profileId !== null
          ? 'A reference profile is active.'
          : 'There is no active reference profile: upload the data the version was built on.',
    },
    {
      isDone: latest.length > 0,
      sentence: latest.length > 0 ? 'Windows are being judged.' : 'No window has been judged yet.',
    },
    ...enoughRecords(input),
    ...enoughWindows(input),
  ]
}

/** Nights with few records are no news once any window was decided. */
function enoughRecords({
  latest,
  drifts,
  cadence,
}: Parameters<typeof readinessOf>[0]): readonly ReadinessItem[] {
  const isDecided = (verdict: Verdict) => verdict !== 'not_enough_data' && verdict !== 'no_data'
  const rows = latest.filter(({ metric, n }) => metric === 'drift' && n > 0)
  if ([...drifts, ...rows.map(({ verdict }) => verdict)].some(isDecided)) {
    return [{ isDone: true, sentence: 'Windows have enough records for a verdict on their inputs.' }]
  }
  const needs = ({ n, detail }: EvaluationRow) => (detail.neededN ?? 0) / Math.max(1, n)
  const [neediest] = [...rows].sort((a, b) => needs(b) - needs(a))
  const { neededN } = neediest?.detail ?? {}
  if (!neediest || neededN === undefined) return []
  const have = `${neediest.n.toLocaleString('en-US')} of ${neededN.toLocaleString('en-US')} records needed`
  const sentences = [
    `Windows have too few records for a verdict on their inputs: ${have}.`,
    whenEnough(neediest, cadence),
  ]
  return [{ isDone: false, sentence: sentences.filter((sentence) => sentence !== null).join(' ') }]
}

/** Baselines of earlier windows grow: said while there are too few of them. */
function enoughWindows({ latest, nowMs }: Parameters<typeof readinessOf>[0]): readonly ReadinessItem[] {
  const dates = latest.flatMap(({ verdict, detail: { enoughFromMs } }) =>
    verdict === 'not_enough_data' && typeof enoughFromMs === 'number' ? [enoughFromMs] : [],
  )
  if (dates.length === 0) return []
  const lastMs = Math.max(...dates)
  const from = lastMs > nowMs ? ` There will be enough from ${sayUtc(lastMs)} on.` : ''
  return [
    { isDone: false, sentence: `Too few earlier windows tell what is usual for software metrics.${from}` },
  ]
}
