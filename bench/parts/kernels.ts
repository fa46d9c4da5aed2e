/**
 * Measures the statistics themselves (P7), without a server: kernels on raw values beside plain loops over typed arrays of
 * the same run, kernels on merged summaries, a whole verdict, and the estimate of quality without labels.
 */
import type { Figure } from '@/bench/support/figures'
import { windowToJudge } from '@/bench/support/judged-window'
import { timeInTurns } from '@/bench/support/turns'
import { judgeWindow } from '@/lib/monitor/judge-window'
import { chiSquareContingency } from '@/lib/stats/categorical/chi-square'
import { countInBins, equalWidthEdges } from '@/lib/stats/divergence/histogram-edges'
import { jensenShannon } from '@/lib/stats/divergence/jensen-shannon'
import { psiOfCounts } from '@/lib/stats/divergence/psi'
import { estimateWindow, learnCbpe } from '@/lib/stats/estimation/cbpe'
import { buildGrid, countOnGrid } from '@/lib/stats/grid/grid'
import { DRIFT_METHODS } from '@/lib/stats/methods'
import { alignCategories, type Pair } from '@/lib/stats/methods/pair'
import { createMulberry32, type Mulberry32 } from '@/lib/stats/mulberry32'
import { quantileOfSorted } from '@/lib/stats/quantile'
import { deviationOf } from '@/lib/stats/sum'
import { andersonDarling } from '@/lib/stats/two-sample/anderson-darling'
import { cramerVonMises } from '@/lib/stats/two-sample/cramer-von-mises'
import { energyDistance } from '@/lib/stats/two-sample/energy-distance'
import { eppsSingleton } from '@/lib/stats/two-sample/epps-singleton'
import { ksTwoSample } from '@/lib/stats/two-sample/ks-two-sample'
import { mannWhitneyU } from '@/lib/stats/two-sample/mann-whitney'
import { twoMeansTest } from '@/lib/stats/two-sample/two-means'
import { wasserstein } from '@/lib/stats/two-sample/wasserstein'

const ROWS = 1_000_000
const BINS = 30
const ROUNDS = 9
/** Calls of a kernel that takes microseconds, a measurement. */
const CALLS = 500
const COLUMNS = 50
const SCORES = 100_000
/** As a server that runs: the first dozens are slower until the machine code is there. */
const VERDICTS = 151

/** P7, and the figures that the statistics promise. */
export async function measureKernels(): Promise<Figure[]> {
  const random = createMulberry32(7)
  return [
    ...measureRaw(random),
    ...measureSummaries(random),
    ...measureVerdicts(),
    ...measureEstimate(random),
  ]
}

const drawNormals = (random: Mulberry32, n: number, mean: number) =>
  Float64Array.from({ length: n }, () => mean + random.normal())

/** The plainest loop that counts values on equal bins: no kernel can be faster. */
function plainHistogram(values: Float64Array, low: number, high: number): Float64Array {
  const counts = new Float64Array(BINS)
  const scale = BINS / (high - low)
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor(((values[i] ?? 0) - low) * scale)
    if (bin >= 0 && bin < BINS) counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts
}

/** Kernels on raw values: their name, what SciPy takes in ms where sorting both arrays takes 316, and the most that is allowed of that. */
const RAW = {
  ks: ['KS', ksTwoSample, 825, 0.5],
  wasserstein: ['Wasserstein', wasserstein, 722, 0.57],
  energy: ['energy distance', energyDistance, 768, 0.53],
  mannWhitney: ['Mann–Whitney', mannWhitneyU, 2_027, 1.5],
  andersonDarling: ['Anderson–Darling', andersonDarling, 845, 1.5],
  cramerVonMises: ['Cramér–von Mises', cramerVonMises, 474, 1.5],
  eppsSingleton: ['Epps–Singleton', eppsSingleton, 172, 1.5],
  welch: ['Welch’s t', twoMeansTest, 9, 1.5],
} as const

/** Milliseconds for sorting both arrays on the machine where SciPy was measured. */
const SORTED_THERE = 316

type RawName = keyof typeof RAW | 'js' | 'psi' | 'chiSquareCoded' | 'jsCoded'

/** What pandas and SciPy take for a statistic of two columns of strings, most of it for counting them. */
const CATEGORIES_THERE = 81

/** Categories as Parquet dictionaries have them: a number for each of 30, some frequent and some rare. */
const drawCodes = (random: Mulberry32, n: number) =>
  Uint8Array.from({ length: n }, () => Math.floor(BINS * random.uniform() ** 2))

function countCodes(codes: Uint8Array): Float64Array {
  const counts = new Float64Array(BINS)
  for (let i = 0; i < codes.length; i++) counts[codes[i] ?? 0] = (counts[codes[i] ?? 0] ?? 0) + 1
  return counts
}

function measureRaw(random: Mulberry32): Figure[] {
  const [x, y] = [drawNormals(random, ROWS, 0), drawNormals(random, ROWS, 0.01)]
  const [codedX, codedY] = [drawCodes(random, ROWS), drawCodes(random, ROWS)]
  const coded = () => [[...countCodes(codedX)], [...countCodes(codedY)]] as const
  const edges = equalWidthEdges(-5, 5, BINS)
  const sorted = x.slice().sort()
  const deciles = Array.from({ length: 11 }, (_, k) => quantileOfSorted(sorted, k / 10) ?? 0)
  const counted = (ends: readonly number[]) => [countInBins(x, ends), countInBins(y, ends)] as const
  const names = Object.keys(RAW) as (keyof typeof RAW)[]
  const kernels = Object.fromEntries(names.map((name) => [name, () => RAW[name][1](x, y)])) as Record<
    keyof typeof RAW,
    () => unknown
  >
  const { ms, ratio } = timeInTurns(
    {
      sort: () => [x.slice().sort(), y.slice().sort()],
      histogram: () => [plainHistogram(x, -5, 5), plainHistogram(y, -5, 5)],
      ...kernels,
      js: () => jensenShannon(...counted(edges)),
      psi: () => psiOfCounts(...counted(deciles)),
      chiSquareCoded: () => chiSquareContingency(...coded()),
      jsCoded: () => jensenShannon(...coded()),
    },
    ROUNDS,
  )
  const figure = (name: RawName, title: string, scipyMs: number, share: number): Figure => ({
    goal: 'P7',
    what: `${title} on 1,000,000 v 1,000,000 values, against sorting as many numbers`,
    value: ratio(name, 'sort'),
    unit: '×',
    against: `${ms(name).toFixed(0)} ms against ${ms('sort').toFixed(0)}, a plain counting loop ${ms('histogram').toFixed(0)}; SciPy ${scipyMs} where sorting takes ${SORTED_THERE}`,
    target: { kind: 'at most', value: (share * scipyMs) / SORTED_THERE },
  })
  return [
    ...names.map((name) => figure(name, RAW[name][0], RAW[name][2], RAW[name][3])),
    figure('js', `Jensen–Shannon, ${BINS} equal bins,`, 140, 0.3),
    figure('psi', 'PSI, deciles of the reference,', 80, 0.4),
    figure('chiSquareCoded', `Chi-square, ${BINS} coded categories,`, CATEGORIES_THERE, 0.2),
    figure('jsCoded', `Jensen–Shannon, ${BINS} coded categories,`, CATEGORIES_THERE, 0.2),
  ]
}

function pairsOf(random: Mulberry32): { readonly numeric: Pair; readonly categorical: Pair } {
  const reference = drawNormals(random, 20_000, 0).sort()
  const grid = buildGrid(reference)
  const tally = () =>
    new Map(Array.from({ length: BINS }, (_, k) => [`v${k}`, 1 + random.below(5_000)] as const))
  return {
    numeric: {
      kind: 'numeric',
      grid,
      reference: countOnGrid(grid, reference),
      current: countOnGrid(grid, drawNormals(random, 40_000, 0.1)),
      deviation: deviationOf(reference) ?? 1,
    },
    categorical: alignCategories(tally(), tally()),
  }
}

/** The kernels of which 20 µs a column are promised. */
const PROMISED: ReadonlySet<string> = new Set(['ks', 'jensen_shannon', 'psi', 'chi_square'])

function measureSummaries(random: Mulberry32): Figure[] {
  const pairs = pairsOf(random)
  const cases = DRIFT_METHODS.flatMap((method) =>
    method.kinds.map((kind) => ({ method, kind, name: `${method.id} ${kind}` })),
  )
  const runs = Object.fromEntries(
    cases.map(({ method, kind, name }) => [
      name,
      () => {
        for (let call = 0; call < CALLS; call++) method.compute(pairs[kind])
      },
    ]),
  )
  const { ms } = timeInTurns<string>(runs, ROUNDS)
  return cases.map(({ method, kind, name }) => ({
    goal: 'P7',
    what: `${method.shortName} of a ${kind} column from summaries`,
    value: (ms(name) * 1_000) / CALLS,
    unit: 'µs',
    against: kind === 'numeric' ? '256 cells' : `${BINS} categories`,
    target: PROMISED.has(method.id) ? { kind: 'at most', value: 20 } : null,
  }))
}

function measureVerdicts(): Figure[] {
  const input = windowToJudge(COLUMNS, 20_000)
  const { ms } = timeInTurns(
    {
      bare: () => judgeWindow({ ...input, withDetail: false }),
      whole: () => judgeWindow({ ...input, withDetail: true }),
    },
    VERDICTS,
  )
  return (['bare', 'whole'] as const).map((name) => ({
    goal: 'P7',
    what: `verdict on ${COLUMNS} columns from merged summaries, ${name === 'bare' ? 'without' : 'with'} what only charts show`,
    value: ms(name),
    unit: 'ms',
    against: `${input.monitors.length} monitors`,
    target: { kind: 'at most', value: 10 },
  }))
}

function measureEstimate(random: Mulberry32): Figure[] {
  const draw = () => {
    const scores = Float64Array.from({ length: SCORES }, () => random.uniform())
    const labels = scores.map((score) => (random.uniform() < 0.25 + 0.5 * score ? 1 : 0))
    return { scores, labels, decisions: scores.map((score) => (score >= 0.5 ? 1 : 0)) }
  }
  const [reference, window] = [draw(), draw()]
  const learnt = learnCbpe(reference, { chunkSize: 10_000 })
  if (learnt.status !== 'ok') throw new Error(`nothing was learnt: ${learnt.reason}`)
  const { ms } = timeInTurns(
    {
      estimate: () => estimateWindow(learnt.reference, window.scores, window.decisions),
      learn: () => learnCbpe(reference, { chunkSize: 10_000 }),
    },
    ROUNDS,
  )
  return [
    {
      goal: 'P7',
      what: 'quality without labels (CBPE) of 100,000 scores',
      value: ms('estimate'),
      unit: 'ms',
      against: `learning a reference as large ${ms('learn').toFixed(0)} ms; NannyML 90 ms of 50,000`,
      target: { kind: 'at most', value: 100 },
    },
  ]
}
