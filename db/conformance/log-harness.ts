/** Owns what the log's conformance suites need of a driver, and short ways to make batches. */
import type { AppendBatch, LogReader, LogWriter, RecordBlock } from '@/db/contracts/log-store'
import type { PredictionRecord } from '@/lib/domain/record'

export interface LogHarness {
  readonly reader: LogReader
  readonly writer: LogWriter
  /** Closes both and opens them again on the same data, as after a restart at that instant. */
  reopen(nowMs?: number): Promise<LogHarness>
  /** Closes and removes everything. */
  dispose(): Promise<void>
}

export interface LogHarnessOptions {
  readonly maxQuarantinePerDay?: number
  readonly dedupHorizon?: number
}

export type OpenLog = (options?: LogHarnessOptions) => Promise<LogHarness>

/** 2026-03-01T12:00Z: far from a change of day. */
export const NOON_MS = Date.UTC(2026, 2, 1, 12)

export function record(id: string, change: Partial<PredictionRecord> = {}): PredictionRecord {
  return { id, at: NOON_MS, f: { amount: 1.5, city: 'Oslo' }, p: 1, ...change }
}

/** A batch of records of one model and version. */
export function batchOf(
  records: readonly PredictionRecord[],
  change: Partial<AppendBatch> & { model?: string; version?: string } = {},
): AppendBatch {
  const { model = 'fraud', version = '1', ...rest } = change
  return {
    receivedMs: NOON_MS,
    backfill: false,
    records: records.length > 0 ? [{ model, version, records, indexes: records.map((_, i) => i) }] : [],
    labels: [],
    refusals: [],
    idempotency: null,
    ...rest,
  }
}

export function refusal(
  code: string,
  change: Partial<AppendBatch['refusals'][number]> = {},
): AppendBatch['refusals'][number] {
  return {
    index: 0,
    code,
    field: 'timestamp',
    message: 'No.',
    predictionId: 'p',
    raw: '{}',
    model: 'fraud',
    ...change,
  }
}

/** Every block, read in small steps. */
export async function readAll(reader: LogReader, step = 3): Promise<RecordBlock[]> {
  const blocks: RecordBlock[] = []
  for (;;) {
    const next = await reader.readRecords(blocks.at(-1)?.position ?? null, step)
    if (next.length === 0) return blocks
    blocks.push(...next)
  }
}

/** Ids of every stored record, in order. */
export async function readIds(reader: LogReader): Promise<string[]> {
  return (await readAll(reader)).flatMap((block) => block.records.map(({ id }) => id))
}
