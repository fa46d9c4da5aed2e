/** Owns the SQL of summaries, positions, due windows and labels. */
import type { DueWindow, JoinedLabel, PendingEvent, PendingLabel } from '@/db/contracts/series-store'
import type { Connection } from '@/db/sqlite/connection'

/**
 * Marks a window as due. Touching one that is due already moves it by at least a millisecond, so that a judgement
 * made meanwhile, which settles the instant it saw, leaves it due.
 */
export const TOUCH_DUE_WINDOW = `
  INSERT INTO due_window (version_id, start_ms, end_ms, due_ms, backfill) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET due_ms = max(due_ms + 1, excluded.due_ms), backfill = min(backfill, excluded.backfill)`

const JOINED_COLUMNS = `joined.model_id AS modelId, joined.prediction_id AS predictionId, joined.version_id AS versionId,
  joined.record_ms AS recordMs, joined.label_ms AS labelMs, joined.actual, joined.predicted, joined.score, joined.slices`

/** Prepared statements of one connection. */
export function prepareSeriesStatements(db: Connection) {
  return {
    position: db.prepare<[string], { day: string; seq: number }>(
      'SELECT day, seq FROM stage_position WHERE stage = ?',
    ),
    setPosition: db.prepare(
      `INSERT INTO stage_position (stage, day, seq) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET day = excluded.day, seq = excluded.seq`,
    ),
    summary: db
      .prepare<[number, number, number, number, number], Buffer>(
        `SELECT bytes FROM summary
         WHERE version_id = ? AND profile_id = ? AND level = ? AND start_ms = ? AND column_id = ?`,
      )
      .pluck(),
    setSummary: db.prepare(
      `INSERT INTO summary (version_id, profile_id, level, start_ms, column_id, bytes) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET bytes = excluded.bytes`,
    ),
    arriveLate: db.prepare(
      `INSERT INTO late_bucket (version_id, profile_id, level, start_ms, arrived_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET arrived_ms = max(arrived_ms, excluded.arrived_ms)`,
    ),
    touchDue: db.prepare(TOUCH_DUE_WINDOW),
    listDue: db.prepare<[number, number], Omit<DueWindow, 'backfill'> & { backfill: number }>(
      `SELECT version_id AS versionId, start_ms AS startMs, end_ms AS endMs, due_ms AS dueMs, backfill FROM due_window
       WHERE due_ms <= ? ORDER BY due_ms, start_ms, version_id LIMIT ?`,
    ),
    oldestLiveDue: db
      .prepare<[number], number>(
        'SELECT due_ms FROM due_window WHERE due_ms <= ? AND backfill = 0 ORDER BY due_ms LIMIT 1',
      )
      .pluck(),
    join: db.prepare(
      `INSERT INTO joined_label
       (model_id, prediction_id, version_id, record_ms, label_ms, actual, predicted, score, keep_from_ms, slices)
       VALUES (@modelId, @predictionId, @versionId, @recordMs, @labelMs, @actual, @predicted, @score, @keepFromMs, @slices)
       ON CONFLICT DO UPDATE SET version_id = excluded.version_id, record_ms = excluded.record_ms,
       label_ms = excluded.label_ms, actual = excluded.actual, predicted = excluded.predicted, score = excluded.score, slices = excluded.slices,
       keep_from_ms = max(keep_from_ms, excluded.keep_from_ms)`,
    ),
    addPending: db.prepare(
      `INSERT INTO pending_label (model_id, prediction_id, label_ms, actual, received_ms)
       VALUES (@modelId, @predictionId, @labelMs, @actual, @receivedMs)
       ON CONFLICT DO UPDATE SET label_ms = excluded.label_ms, actual = excluded.actual,
       received_ms = excluded.received_ms WHERE excluded.label_ms >= label_ms`,
    ),
    dropPending: db.prepare('DELETE FROM pending_label WHERE model_id = ? AND prediction_id = ?'),
    addPendingEvent: db.prepare(
      `INSERT INTO pending_event (model_id, prediction_id, event, received_ms)
       VALUES (@modelId, @predictionId, @event, @receivedMs) ON CONFLICT DO NOTHING`,
    ),
    dropPendingEvents: db.prepare('DELETE FROM pending_event WHERE model_id = ? AND prediction_id = ?'),
    findPendingEvents: db.prepare<[string, number], PendingEvent>(
      `SELECT pending.model_id AS modelId, pending.prediction_id AS predictionId, pending.event,
       pending.received_ms AS receivedMs FROM json_each(?) AS wanted
       CROSS JOIN pending_event AS pending WHERE pending.model_id = ? AND pending.prediction_id = wanted.value`,
    ),
    countPendingEvents: db
      .prepare<[number], number>('SELECT count(*) FROM pending_event WHERE model_id = ?')
      .pluck(),
    see: db.prepare(
      `INSERT INTO version_span (version_id, first_ms, last_ms, received_ms, records)
       VALUES (@versionId, @firstMs, @lastMs, @receivedMs, @records)
       ON CONFLICT DO UPDATE SET first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms),
       received_ms = max(received_ms, excluded.received_ms), records = records + excluded.records`,
    ),
    // CROSS JOIN fixes the order of the loops: the planner would otherwise walk all labels for every wanted id.
    findJoined: db.prepare<[string, number], Omit<JoinedLabel, 'slices'> & { slices: string | null }>(
      `SELECT ${JOINED_COLUMNS} FROM json_each(?) AS wanted
       CROSS JOIN joined_label AS joined WHERE joined.model_id = ? AND joined.prediction_id = wanted.value`,
    ),
    findPending: db.prepare<[string, number], PendingLabel>(
      `SELECT pending.model_id AS modelId, pending.prediction_id AS predictionId, pending.label_ms AS labelMs,
       pending.actual, pending.received_ms AS receivedMs FROM json_each(?) AS wanted
       CROSS JOIN pending_label AS pending WHERE pending.model_id = ? AND pending.prediction_id = wanted.value`,
    ),
    countPending: db
      .prepare<[number], number>('SELECT count(*) FROM pending_label WHERE model_id = ?')
      .pluck(),
    clear: db.prepare('DELETE FROM summary WHERE version_id = ? AND profile_id = ?'),
    clearLate: db.prepare('DELETE FROM late_bucket WHERE version_id = ? AND profile_id = ?'),
    size: db.prepare<[], { summaries: number; bytes: number }>(
      'SELECT count(*) AS summaries, coalesce(sum(length(bytes)), 0) AS bytes FROM summary',
    ),
  }
}

export type SeriesStatements = ReturnType<typeof prepareSeriesStatements>
