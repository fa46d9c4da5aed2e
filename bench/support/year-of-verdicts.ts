/** Owns making the history of a stopped instance as long as a year: what was judged of one window, again for each hour before. */
import type { NewEvaluation } from '@/db/contracts/evaluation-records'
import { SYSTEM } from '@/lib/access/principal'
import type { Alert } from '@/lib/domain/alert'
import { HOUR_MS } from '@/lib/domain/time'
import { openWorkerApp } from '@/lib/runtime/app'
import { parseSettings } from '@/lib/runtime/settings'

const HOURS = 365 * 24
/** One alert of each so many hours was there and is over. */
const HOURS_AN_ALERT = 36

/** @returns rows of verdicts written, and alerts */
export async function writeYear(
  dataDir: string,
  alertId: number,
): Promise<{ readonly rows: number; readonly alerts: number }> {
  const app = await openWorkerApp(
    parseSettings({ PLUMBLINE_DATA_DIR: dataDir, PLUMBLINE_LOG_LEVEL: 'error' }),
  )
  try {
    const { metadata } = app.contextFor(SYSTEM)
    const alert = await metadata.findAlert(alertId)
    if (!alert) throw new Error('the alert is gone')
    const newest = await metadata.latestEvaluations([alert.versionId])
    const firstMs = Math.min(...newest.map(({ windowStartMs }) => windowStartMs)) - (HOURS + 48) * HOUR_MS
    let rows = 0
    let alerts = 0
    for (let hour = 0; hour < HOURS; hour++) {
      const window = { startMs: firstMs + hour * HOUR_MS, endMs: firstMs + (hour + 1) * HOUR_MS }
      const isAlerted = hour % HOURS_AN_ALERT === 0
      const evaluations = newest.map(
        ({ id, revision, metric, column, ...row }): NewEvaluation => ({
          ...row,
          windowStartMs: window.startMs,
          windowEndMs: window.endMs,
          evaluatedMs: window.endMs,
          // Only those that breached are opened again later; the rest would be megabytes that nobody asks for.
          detail: isAlerted ? row.detail : {},
          verdict: isAlerted ? row.verdict : 'ok',
        }),
      )
      await metadata.commitVerdicts({
        versionId: alert.versionId,
        window,
        settlesDueMs: null,
        evaluations,
        states: [],
        alerts: isAlerted ? [pastAlert(alert, window.startMs)] : [],
        events: [],
        notifications: [],
      })
      rows += evaluations.length
      if (isAlerted) alerts++
    }
    return { rows, alerts }
  } finally {
    await app.close()
  }
}

function pastAlert(like: Alert, onsetMs: number): Alert {
  return {
    ...like,
    id: -1,
    dedupKey: `${like.dedupKey}-${onsetMs}`,
    state: 'resolved',
    onsetMs,
    firedMs: onsetMs + 2 * HOUR_MS,
    resolvedMs: onsetMs + 8 * HOUR_MS,
    members: like.members.map((member) => ({ ...member, evaluationId: 0 })),
  }
}
