/** Owns writing a window's evaluations and monitor states: hundreds of rows a window, so with statements prepared once. */
import type { NewEvaluation } from '@/db/contracts/evaluation-records'
import type { Connection } from '@/db/sqlite/connection'
import { prepareWorstEvaluations } from '@/db/sqlite/metadata/worst-evaluations'
import type { MonitorState } from '@/lib/domain/alert'
import { stepAside } from '@/lib/domain/step-aside'

export interface EvaluationWriter {
  /** Writes evaluations as the next revision of their window; returns the new ids by monitor. */
  insertEvaluations(evaluations: readonly NewEvaluation[]): Map<number, number>
  saveStates(states: readonly MonitorState[]): void
}

/** Both functions run inside the caller's transaction. */
export function prepareEvaluationWriter(db: Connection): EvaluationWriter {
  const newest = db.prepare<[number, number], { id: number; revision: number }>(
    `SELECT id, revision FROM evaluation WHERE monitor_id = ? AND window_start_ms = ?
     ORDER BY revision DESC LIMIT 1`,
  )
  const outdate = db.prepare('UPDATE evaluation SET is_newest = 0 WHERE id = ?')
  const insert = db.prepare(
    `INSERT INTO evaluation (version_id, monitor_id, window_start_ms, window_end_ms, revision, is_newest, verdict, value,
       limit_value, n, n_reference, p_value, p_corrected, reason, historical, evaluated_ms)
     VALUES (@versionId, @monitorId, @windowStartMs, @windowEndMs, @revision, 1, @verdict, @value,
       @limit, @n, @nReference, @pValue, @pCorrected, @reason, @historical, @evaluatedMs)`,
  )
  const insertDetail = db.prepare('INSERT INTO evaluation_detail (evaluation_id, detail) VALUES (?, ?)')
  const chooseWorst = prepareWorstEvaluations(db)
  const saveState = db.prepare(
    `INSERT INTO monitor_state (monitor_id, state, recent, calm, onset_ms, last_window_start_ms, last_verdict, memory)
     VALUES (@monitorId, @state, @recent, @calm, @onsetMs, @lastWindowStartMs, @lastVerdict, @memory)
     ON CONFLICT DO UPDATE SET state = excluded.state, recent = excluded.recent, calm = excluded.calm,
       onset_ms = excluded.onset_ms, last_window_start_ms = excluded.last_window_start_ms,
       last_verdict = excluded.last_verdict, memory = excluded.memory`,
  )

  return {
    insertEvaluations(evaluations) {
      const ids = new Map<number, number>()
      const windows = new Map<string, Pick<NewEvaluation, 'versionId' | 'windowStartMs'>>()
      for (const { detail, ...evaluation } of evaluations) {
        stepAside()
        const earlier = newest.get(evaluation.monitorId, evaluation.windowStartMs)
        if (earlier) outdate.run(earlier.id)
        const { lastInsertRowid } = insert.run({
          ...evaluation,
          revision: (earlier?.revision ?? 0) + 1,
          historical: evaluation.historical ? 1 : 0,
        })
        insertDetail.run(lastInsertRowid, JSON.stringify(detail))
        ids.set(evaluation.monitorId, Number(lastInsertRowid))
        windows.set(`${evaluation.versionId} ${evaluation.windowStartMs}`, evaluation)
      }
      for (const { versionId, windowStartMs } of windows.values()) chooseWorst(versionId, windowStartMs)
      return ids
    },

    saveStates(states) {
      for (const state of states) {
        const memory = state.memory ? JSON.stringify(state.memory) : null
        saveState.run({ ...state, recent: JSON.stringify(state.recent), memory })
      }
    },
  }
}
