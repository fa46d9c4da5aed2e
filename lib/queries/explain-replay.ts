/** Owns the sentences on why an evaluation, judged again, may come out differently: a newer rule, late records, age. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import type { StoredProfile } from '@/lib/domain/profile'
import { toRfc3339 } from '@/lib/domain/time'
import { RULE } from '@/lib/monitor/basis'
import type { JudgedMonitor } from '@/lib/monitor/judge-window'
import type { Difference } from '@/lib/queries/compare-judgements'

/** More windows than wait at any time. */
const MAX_DUE = 100_000

interface Outcome {
  readonly stored: EvaluationRow
  readonly replayed: JudgedMonitor | null
  readonly differences: readonly Difference[]
  readonly profile: StoredProfile
}

/** What it started from always, where that is not the same any more; what else explains differences where there are any. */
export async function explainReplay(ctx: Context, outcome: Outcome): Promise<string[]> {
  const start = [...ruleNotes(outcome), ...basisNotes(outcome)]
  if (outcome.differences.length === 0) return start
  const reasons = [...start, ...(await revisionNotes(ctx, outcome.stored)), ...dataNotes(outcome)]
  if (reasons.length > 0) return reasons
  return ['Nothing explains it: the evaluation, its profile or its summaries were changed by something else.']
}

function ruleNotes({ stored, differences }: Outcome): string[] {
  const { basis } = stored.detail
  if (!basis) {
    return [
      'It was judged before evaluations kept how: the present budget, cadence and floors were taken to judge it again.',
    ]
  }
  if (basis.rule === RULE) return []
  const finds = differences.length === 0 ? ', and finds the same' : ''
  return [`It was judged by rule ${basis.rule}; this program has rule ${RULE}${finds}.`]
}

async function revisionNotes(ctx: Context, stored: EvaluationRow): Promise<string[]> {
  const notes: string[] = []
  const newest = (await ctx.metadata.listRevisions(stored.monitorId, stored.windowStartMs)).at(-1)
  if (newest && newest.revision > stored.revision) {
    notes.push(
      `Revision ${newest.revision} replaced it at ${toRfc3339(newest.evaluatedMs)} (evaluation ${newest.id}): records or labels of this window came late, or its model was set otherwise.`,
    )
  }
  const due = await ctx.series.listDue(Number.MAX_SAFE_INTEGER, MAX_DUE)
  if (
    due.some(({ versionId, startMs }) => versionId === stored.versionId && startMs === stored.windowStartMs)
  ) {
    notes.push('The window waits to be judged again: records or labels came after this judgement.')
  }
  return notes
}

function dataNotes({ stored, replayed, profile }: Outcome): string[] {
  const now = replayed?.n ?? 0
  if (now === stored.n) return []
  const had = `The window's summaries hold ${now.toLocaleString('en-US')} values now; ${stored.n.toLocaleString('en-US')} were judged.`
  if (now > 0) return [had]
  const replaced =
    profile.status === 'active'
      ? ''
      : `, or went with profile revision ${profile.revision}, which was replaced`
  return [`${had} They are no longer kept${replaced}.`]
}

function basisNotes({ stored, replayed }: Outcome): string[] {
  const [then, now] = [stored.detail.basis, replayed?.detail.basis]
  if (!then || !now) return []
  const notes: string[] = []
  if (then.earlier && then.earlier.digest !== now.earlier?.digest) {
    notes.push(
      `Earlier windows gave other numbers (${then.earlier.values} then, ${now.earlier?.values ?? 0} now): late records changed them, or they are no longer kept.`,
    )
  }
  if (then.tests !== now.tests) {
    notes.push(
      `It was corrected for ${then.tests} monitors, now for ${now.tests}: some were switched on or off since.`,
    )
  }
  return notes
}
