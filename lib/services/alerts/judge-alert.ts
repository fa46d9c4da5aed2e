/** Owns saying what an alert turned out to be: what monitors are worth, and better limits, are learnt from it. */
import type { Context } from '@/lib/access/context'
import { actorName } from '@/lib/access/principal'
import type { Alert, AlertJudgement } from '@/lib/domain/alert'
import { changeAlert } from '@/lib/services/alerts/change-alert'

const WORDS: Readonly<Record<AlertJudgement, string>> = {
  real: 'Real: there was something to act on.',
  false_alarm: 'A false alarm.',
}

/**
 * Marks an alert, resolved or not; null takes the mark back.
 * @throws AppError `forbidden`, `not_found`
 */
export function judgeAlert(ctx: Context, alertId: number, judgement: AlertJudgement | null): Promise<Alert> {
  return changeAlert(ctx, alertId, 'alert.judge', (alert) => {
    if (alert.judgement === judgement) return null
    const by = judgement === null ? null : actorName(ctx.principal)
    return {
      alert: { ...alert, judgement, judgedBy: by, judgedMs: by === null ? null : ctx.nowMs },
      kind: 'judged',
      note: judgement === null ? 'The mark was taken back.' : WORDS[judgement],
    }
  })
}
