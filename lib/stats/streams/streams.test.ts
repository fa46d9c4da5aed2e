import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { addToAdwin, adwinWindow, createAdwin } from '@/lib/stats/streams/adwin'
import { type ChartBaseline, chartBaseline } from '@/lib/stats/streams/chart-baseline'
import { addToCusum, createCusum } from '@/lib/stats/streams/cusum'
import { addToEwmaChart, createEwmaChart } from '@/lib/stats/streams/ewma-chart'
import { addToKswin, createKswin } from '@/lib/stats/streams/kswin'
import { addToPageHinkley, createPageHinkley } from '@/lib/stats/streams/page-hinkley'
import { addToWesternElectric, createWesternElectric } from '@/lib/stats/streams/western-electric'

function baselineOf(mean: number, deviation: number): ChartBaseline {
  const found = chartBaseline(mean, deviation)
  if (found.status !== 'ok') throw new Error(found.reason)
  return found.baseline
}

/** A detector whose state is seen only as JSON would show it. */
interface Detector {
  readonly create: () => object
  readonly add: (state: never, value: number) => unknown
}

const detectors: Readonly<Record<string, Detector>> = {
  'Page–Hinkley': { create: () => createPageHinkley({ threshold: 10 }), add: addToPageHinkley },
  ADWIN: { create: () => createAdwin({ clock: 4 }), add: addToAdwin },
  'ADWIN that keeps its window': {
    create: () => createAdwin({ clock: 4, keepWindow: true }),
    add: addToAdwin,
  },
  KSWIN: { create: () => createKswin({ windowSize: 40, statSize: 12 }), add: addToKswin },
  CUSUM: { create: () => createCusum(baselineOf(0, 1)), add: addToCusum },
  'CUSUM without restart': { create: () => createCusum(baselineOf(0, 1), { reset: false }), add: addToCusum },
  EWMA: { create: () => createEwmaChart(baselineOf(0, 1)), add: addToEwmaChart },
  'Western Electric': { create: () => createWesternElectric(baselineOf(0, 1)), add: addToWesternElectric },
}

const copyOf = <T>(state: T): T => JSON.parse(JSON.stringify(state)) as T

/** Normal draws that move by `shift` half-way. */
function shiftedStream(seed: number, length: number, shift: number): number[] {
  const random = createMulberry32(seed)
  return Array.from({ length }, (_, i) => random.normal() + (i < length / 2 ? 0 : shift))
}

const hostile = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1e300, -1e300, 1.7976931348623157e308, 5e-324, Number.NaN, Number.NEGATIVE_INFINITY),
)

describe.each(Object.entries(detectors))('%s', (_, { create, add }) => {
  const run = (state: object, values: readonly number[]) => values.map((value) => add(state as never, value))

  it('goes on from stored JSON as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 240 }), (seed, stop) => {
        const values = shiftedStream(seed, 240, 2)
        const unbroken = create()
        const expected = run(unbroken, values)
        const first = create()
        const answers = run(first, values.slice(0, stop))
        const second = copyOf(first)
        expect(second).toEqual(first)
        expect([...answers, ...run(second, values.slice(stop))]).toEqual(expected)
        expect(second).toEqual(unbroken)
      }),
      { numRuns: 40 },
    )
  })
  it('signals on a large shift and gives the same answers twice', () => {
    const values = shiftedStream(5, 400, 4)
    const answers = run(create(), values)
    expect(run(create(), values)).toEqual(answers)
    expect(JSON.stringify(answers.slice(200))).toContain('"up"')
  })
  it('keeps a state of finite numbers on hostile streams', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 120 }), (values) => {
        const state = create()
        run(state, values)
        expect(copyOf(state)).toEqual(state)
      }),
      { numRuns: 200 },
    )
  })
  it('leaves out what is no finite number, and says so', () => {
    const [with_, without] = [create(), create()]
    const values = shiftedStream(9, 100, 1)
    expect(run(with_, [Number.NaN, Number.POSITIVE_INFINITY])).toEqual(['not_finite', 'not_finite'])
    const answers = values.map((value) => {
      run(with_, [Number.NaN])
      return add(with_ as never, value)
    })
    expect(answers).toEqual(run(without, values))
  })
})

describe('directions', () => {
  it('say where the stream went', () => {
    const fallen = shiftedStream(3, 400, -4)
    for (const name of ['Page–Hinkley', 'ADWIN', 'KSWIN', 'CUSUM', 'EWMA'] as const) {
      const { create, add } = detectors[name]!
      const state = create()
      const signals = fallen.map((value) => add(state as never, value)).filter((signal) => signal !== 'none')
      expect(signals.at(-1), name).toBe('down')
    }
  })
})

describe('ADWIN', () => {
  it('keeps the newer part of the window when asked to', () => {
    const state = createAdwin({ keepWindow: true })
    for (const value of shiftedStream(2, 800, 5)) addToAdwin(state, value)
    expect(state.width).toBeGreaterThan(350)
    expect(adwinWindow(state)?.mean).toBeCloseTo(5, 0)
    expect(adwinWindow(createAdwin())).toBeNull()
  })
})

describe('chartBaseline', () => {
  it('gives a constant baseline a floor and says so', () => {
    expect(chartBaseline(2, 0)).toEqual({
      status: 'ok',
      baseline: { mean: 2, deviation: 2e-6, isConstant: true },
    })
    expect(baselineOf(0, 0)).toEqual({ mean: 0, deviation: 1e-12, isConstant: true })
    expect(baselineOf(1e9, 1).isConstant).toBe(false)
  })
  it('refuses what nothing can be measured from', () => {
    for (const [mean, deviation] of [
      [Number.NaN, 1],
      [0, Number.NaN],
      [0, -1],
      [Number.POSITIVE_INFINITY, 1],
      [1e308, 1],
    ] as const) {
      expect(chartBaseline(mean, deviation)).toEqual({ status: 'undefined', reason: 'invalid_value' })
    }
  })
})
