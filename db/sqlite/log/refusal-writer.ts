/** Owns writing refused records: kept up to a limit a day, counted beyond it. */
import type { AppendBatch } from '@/db/contracts/log-store'
import type { Connection } from '@/db/sqlite/connection'
import { alignDown, HOUR_MS } from '@/lib/domain/time'

/** Different (hour, model, code) counts kept a day; names of models can be made up without end. */
const MAX_COUNT_ROWS = 5_000

/** Bytes or characters of refused records that a day keeps whole; of later ones only the beginning is kept. */
const MAX_WHOLE_CHARACTERS = 64 * 1024 * 1024
const CUT_CHARACTERS = 2_048

function prepareStatements(db: Connection) {
  return {
    keep: db.prepare(
      `INSERT INTO quarantine (received_ms, model, code, field, message, prediction_id, raw)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    origin: db.prepare(
      `INSERT INTO refusal_origin (seq, kind, model, around, state, rules, id) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    count: db.prepare(
      `INSERT INTO refusal_count (hour_ms, model, code, count, last_ms) VALUES (?, ?, ?, 1, ?)
       ON CONFLICT DO UPDATE SET count = count + 1, last_ms = max(last_ms, excluded.last_ms)`,
    ),
    isCounted: db.prepare('SELECT 1 FROM refusal_count WHERE hour_ms = ? AND model = ? AND code = ?'),
  }
}

export class RefusalWriter {
  private readonly statements: ReturnType<typeof prepareStatements>
  private rows: number
  private characters: number
  kept: number

  constructor(
    db: Connection,
    private readonly maxKept: number,
  ) {
    this.statements = prepareStatements(db)
    this.kept = Number(db.prepare('SELECT count(*) FROM quarantine').pluck().get())
    this.characters = Number(
      db.prepare('SELECT coalesce(sum(octet_length(raw)), 0) FROM quarantine').pluck().get(),
    )
    this.rows = Number(db.prepare('SELECT count(*) FROM refusal_count').pluck().get())
  }

  /** Writes a batch's refusals inside the caller's transaction. After a rollback this object is of no use. */
  write(batch: Pick<AppendBatch, 'receivedMs' | 'refusals'>): void {
    for (const refusal of batch.refusals) {
      const { model, code } = refusal
      if (this.kept < this.maxKept) this.keep(batch.receivedMs, refusal)
      this.count(alignDown(batch.receivedMs, HOUR_MS), model ?? '', code, batch.receivedMs)
    }
  }

  private keep(receivedMs: number, refusal: AppendBatch['refusals'][number]): void {
    const { model, code, field, message, predictionId, origin } = refusal
    const isWhole = this.characters + refusal.raw.length <= MAX_WHOLE_CHARACTERS
    const raw = isWhole ? refusal.raw : refusal.raw.slice(0, CUT_CHARACTERS)
    const { lastInsertRowid } = this.statements.keep.run(
      receivedMs,
      model,
      code,
      field,
      message,
      predictionId,
      raw,
    )
    this.kept++
    this.characters += raw.length
    if (origin === undefined) return
    const around = origin.around === null ? null : JSON.stringify(origin.around)
    const state = origin.state === 'whole' && raw.length < refusal.raw.length ? 'cut' : origin.state
    this.statements.origin.run(
      lastInsertRowid,
      origin.kind,
      origin.model,
      around,
      state,
      origin.rules,
      origin.id,
    )
  }

  private count(hourMs: number, model: string, code: string, atMs: number): void {
    const isNew = this.statements.isCounted.get(hourMs, model, code) === undefined
    // Too many different names: further ones count together, under no model.
    const name = isNew && this.rows >= MAX_COUNT_ROWS ? '' : model
    if (isNew && name === model) this.rows++
    this.statements.count.run(hourMs, name, code, atMs)
  }
}
