/** Measures the verdict on windows of growing traffic through the API, from stored summaries (P1, P2, P3). */
import { rmSync } from 'node:fs'
import type { Figure } from '@/bench/support/figures'
import { runLoad } from '@/bench/support/load'
import { BENCH_ADMIN_KEY, type Measured, startProduct } from '@/bench/support/processes'
import { askVerdict, putReference, summarisedRecords, waitUntil } from '@/bench/support/seed'
import { bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'

const HOUR_MS = 3_600_000
const WINDOW_HOURS = 24
const ROUNDS = 30

interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** A past UTC day, so that day and hour buckets tile it. */
function pastDay(daysAgo: number): Span {
  const fromMs = Math.floor(Date.now() / (24 * HOUR_MS) - daysAgo) * 24 * HOUR_MS
  return { fromMs, toMs: fromMs + 24 * HOUR_MS }
}

/** Back-fills `records` records evenly over the span and waits until they are summarised. */
async function fill(
  target: Measured,
  model: string,
  columns: number,
  span: Span,
  records: number,
): Promise<void> {
  const batch = 1000
  const uniform = seededUniform(records)
  const templates = Array.from({ length: WINDOW_HOURS }, (_, hour) =>
    bodyTemplate(batch, { columns, drifted: true }, uniform, (i) => span.fromMs + hour * HOUR_MS + i * 3_000),
  )
  let sent = 0
  const firstId = span.fromMs % 1e11
  const result = await runLoad({
    url: `${target.url}/api/v1/ingest/${model}?backfill=1`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${BENCH_ADMIN_KEY}` },
    connections: 2,
    maxSeconds: 600,
    nextBody: () => {
      const template = templates[sent % templates.length]
      if (!template || sent * batch >= records) return null
      return stampIds(template, firstId + sent++ * batch)
    },
  })
  if (result.failures > 0) throw new Error(`${result.failures} back-fill requests failed`)
  await waitUntil(async () => (await summarisedRecords(target, model, span)) >= records, 600)
}

/** 95th percentile of the answer times in milliseconds, warm. */
async function p95Ms(target: Measured, model: string, span: Span, step?: string): Promise<number> {
  for (let i = 0; i < 5; i++) await askVerdict(target, model, span, step)
  const times: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const startedMs = performance.now()
    await askVerdict(target, model, span, step)
    times.push(performance.now() - startedMs)
  }
  times.sort((a, b) => a - b)
  return times[Math.floor(times.length * 0.95)] ?? 0
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/**
 * P1 to P3. The span is judged as its 24 hourly buckets would be: an hour is cut off at each end of two days, so that
 * day buckets cannot serve. 100,000 and 1,000,000 records are really sent; more records change counts, not cells.
 */
export async function measureVerdict(): Promise<Figure[]> {
  const target = await startProduct()
  const small = pastDay(3)
  const large = pastDay(6)
  try {
    await putReference(target, 'wide', 50, 20_000)
    await fill(target, 'wide', 50, small, 100_000)
    await fill(target, 'wide', 50, large, 1_000_000)
    await putReference(target, 'narrow', 20, 20_000)
    await fill(target, 'narrow', 20, small, 100_000)
    // One hour into the next day: 25 hourly buckets, never one day bucket.
    const hourly = (span: Span): Span => ({ fromMs: span.fromMs, toMs: span.toMs + HOUR_MS })
    const times = { small: [] as number[], large: [] as number[] }
    for (let round = 0; round < 3; round++) {
      times.small.push(await p95Ms(target, 'wide', hourly(small)))
      times.large.push(await p95Ms(target, 'wide', hourly(large)))
    }
    const day = await p95Ms(target, 'narrow', small, '1h')
    const largeMs = median(times.large)
    return [
      {
        goal: 'P1',
        what: 'verdict on 50 columns, 1,000,000 records in 24 hourly buckets, p95',
        value: largeMs,
        unit: 'ms',
        against: 'Evidently 222,700 ms, NannyML 42,700 ms of CPU, measured elsewhere on this kind of machine',
        target: { kind: 'at most', value: 50 },
      },
      {
        goal: 'P2',
        what: 'the same, 1,000,000 against 100,000 records',
        value: largeMs / median(times.small),
        unit: '×',
        against: `${median(times.small).toFixed(1)} ms at 100,000`,
        target: { kind: 'at most', value: 1.3 },
      },
      {
        goal: 'P3',
        what: '24 hourly windows of 20 columns, p95',
        value: day,
        unit: 'ms',
        against: 'Evidently 85,000 ms, NannyML 1,500 ms of CPU',
        target: { kind: 'at most', value: 150 },
      },
    ]
  } finally {
    await target.stop()
    rmSync(target.dataDir, { recursive: true, force: true })
  }
}
