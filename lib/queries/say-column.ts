/** Owns which sentence stands beside a column's drift: one about that number, and first of what is worse. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Verdict } from '@/lib/domain/evaluation'
import { worstVerdict } from '@/lib/queries/rank-verdict'

type Said = Pick<EvaluationRow, 'metric' | 'verdict' | 'reason'>

/**
 * @param rows newest evaluations of all monitors of a column
 * @param driftMetric the metric whose number is shown beside the sentence
 * @returns the worst verdict, and the drift's own sentence; when another monitor is worse, its sentence and then the
 *   drift's, which is named, so that no limit is taken for that of the number beside it
 */
export function sayColumn(
  rows: readonly Said[],
  driftMetric: string,
): { readonly verdict: Verdict | null; readonly sentence: string } {
  const verdict = worstVerdict(rows.map((row) => row.verdict))
  const worst = rows.find((row) => row.verdict === verdict)
  if (!worst) return { verdict: null, sentence: 'Not compared yet.' }
  const drift = rows.find((row) => row.metric === driftMetric)
  if (!drift) return { verdict, sentence: worst.reason }
  if (drift.verdict === verdict) return { verdict, sentence: drift.reason }
  return { verdict, sentence: `${worst.reason} Drift: ${drift.reason}` }
}
