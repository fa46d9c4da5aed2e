/**
 * Measures verdicts from stored summaries over the API (P1, P2, P3) and the bytes of those summaries (P11). The
 * summaries are folded in this process from seeded rows; those of 10,000,000 records are the ones of 1,000,000 merged
 * ten times.
 */
import { rmSync } from 'node:fs'
import { callApi, putReference, type Verdicts, verdictPath } from '@/bench/support/client'
import { type Figure, quantile } from '@/bench/support/figures'
import { cpuSeconds, type Measured, startProduct } from '@/bench/support/processes'
import { type Seeded, type SeedPlan, seedSeries } from '@/bench/support/seed-series'
import { alignDown, DAY_MS, HOUR_MS } from '@/lib/domain/time'

const MODEL = 'bench-verdict'
const REFERENCE_ROWS = 20_000
const WARM_UP = 10
const ROUNDS = 40

interface Timing {
  readonly p50Ms: number
  readonly p95Ms: number
  /** Of the server and its worker, a request. */
  readonly cpuMs: number
}

/** The window begins at one o'clock, so that it is made of 24 hourly buckets and not of one daily one. */
function plansFrom(startMs: number): Record<'small' | 'middle' | 'large' | 'trend', SeedPlan> {
  const common = { model: MODEL, columns: 50, recordsAnHour: 41_667, times: 1, startMs }
  return {
    small: { ...common, version: '100k', recordsAnHour: 4_167 },
    middle: { ...common, version: '1M' },
    large: { ...common, version: '10M', times: 10 },
    trend: { ...common, version: 'trend', columns: 20, recordsAnHour: 10_000, times: 10 },
  }
}

/** P1, P2, P3 and P11. */
export async function measureVerdict(): Promise<Figure[]> {
  const startMs = alignDown(Date.now(), DAY_MS) - 2 * DAY_MS + HOUR_MS
  const plans = plansFrom(startMs)
  const all = Object.values(plans)
  const prepared = await startProduct()
  const { dataDir } = prepared
  try {
    for (const { version, columns } of all) {
      await putReference(prepared.url, MODEL, version, columns, REFERENCE_ROWS)
    }
    await prepared.stop()
    const seeded = await seedSeries(dataDir, all)
    const product = await startProduct(dataDir)
    try {
      const sizes = [plans.small, plans.middle, plans.large]
      const [small, middle, large] = await measureInTurns(product, sizes)
      const [trend] = await measureInTurns(product, [plans.trend], '1h')
      return toFigures({ small, middle, large, trend }, seeded[1])
    } finally {
      await product.stop()
    }
  } finally {
    await prepared.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** One request after the other, the plans in turns, so that noise of the machine meets all of them. */
async function measureInTurns(
  product: Measured,
  plans: readonly SeedPlan[],
  step?: '1h',
): Promise<(Timing | undefined)[]> {
  const sides = plans.map((plan) => ({ plan, times: [] as number[], cpuMs: 0 }))
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const side of sides) {
      const { model, version, startMs } = side.plan
      const path = verdictPath(model, version, startMs, startMs + 24 * HOUR_MS, step)
      const cpuBefore = cpuSeconds(product.pids())
      const sentMs = performance.now()
      const answer = await callApi<Verdicts>(product.url, 'GET', path)
      const tookMs = performance.now() - sentMs
      if (round === -WARM_UP) check(side.plan, answer, step)
      if (round < 0) continue
      side.times.push(tookMs)
      side.cpuMs += (cpuSeconds(product.pids()) - cpuBefore) * 1_000
    }
  }
  return sides.map(({ times, cpuMs }) => ({
    p50Ms: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
    cpuMs: cpuMs / ROUNDS,
  }))
}

/** A fast answer about nothing would be no figure. */
function check(plan: SeedPlan, { windows }: Verdicts, step: string | undefined): void {
  const expected = plan.recordsAnHour * plan.times * (step === undefined ? 24 : 1)
  const drifts = windows.flatMap(({ verdicts }) =>
    verdicts.filter(({ metric, column }) => metric === 'drift' && column === 'n01'),
  )
  if (drifts.length !== (step === undefined ? 1 : 24) || drifts.some(({ n }) => n !== expected)) {
    throw new Error(
      `The verdict on ${plan.version} does not speak of ${expected} records: ${JSON.stringify(drifts[0])}`,
    )
  }
}

const inWords = (timing: Timing) =>
  `p50 ${timing.p50Ms.toFixed(1)} ms, ${timing.cpuMs.toFixed(0)} ms of CPU a request`

function toFigures(
  { small, middle, large, trend }: Record<'small' | 'middle' | 'large' | 'trend', Timing | undefined>,
  seeded: Seeded | undefined,
): Figure[] {
  if (!small || !middle || !large || !trend || !seeded) throw new Error('a side of the bench is missing')
  return [
    {
      goal: 'P1',
      what: 'verdict on 50 columns, 24 hourly buckets, 1,000,000 records: p95 warm',
      value: middle.p95Ms,
      unit: 'ms',
      against: inWords(middle),
      target: { kind: 'at most', value: 50 },
    },
    {
      goal: 'P2',
      what: 'the same on 10,000,000 records against 100,000',
      value: large.p50Ms / small.p50Ms,
      unit: '×',
      against: `${small.p50Ms.toFixed(1)}, ${middle.p50Ms.toFixed(1)} and ${large.p50Ms.toFixed(1)} ms (p50) at 100k, 1M and 10M; p95 at 10M ${large.p95Ms.toFixed(1)} ms`,
      target: { kind: 'at most', value: 1.3 },
    },
    {
      goal: 'P3',
      what: '24 hourly windows of 100,000 records × 20 columns: p95 warm',
      value: trend.p95Ms,
      unit: 'ms',
      against: inWords(trend),
      target: { kind: 'at most', value: 150 },
    },
    {
      goal: 'P11',
      what: 'summary of a column and hour of 41,667 records, mean',
      value: seeded.bytesAColumn / 1_024,
      unit: 'KiB',
      against: 'whylogs 17 to 18 KiB',
      target: { kind: 'at most', value: 2 },
    },
  ]
}
