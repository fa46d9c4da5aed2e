import { describe, expect, it } from 'vitest'
import { ksShiftPower, rowsForKsShift } from '@/lib/stats/inference/ks-shift-power'
import { ksCritical } from '@/lib/stats/inference/power'
import { createMulberry32 } from '@/lib/stats/mulberry32'

/** Largest distance of two sorted samples. */
function distanceOf(a: Float64Array, b: Float64Array): number {
  let [i, j, most] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    if ((a[i] ?? 0) < (b[j] ?? 0)) i++
    else j++
    most = Math.max(most, Math.abs(i / a.length - j / b.length))
  }
  return most
}

function simulate(n: number, m: number, shift: number, distance: number, rounds: number): number {
  const random = createMulberry32(n + m)
  const draw = (rows: number, mean: number) =>
    Float64Array.from({ length: rows }, () => mean + random.normal()).sort()
  let seen = 0
  for (let round = 0; round < rounds; round++) {
    if (distanceOf(draw(m, 0), draw(n, shift)) > distance) seen++
  }
  return seen / rounds
}

describe('the power of a shift', () => {
  it('is what simulation finds, within four of its errors and what counting whole rows costs', () => {
    const rounds = 400
    const cases = [
      [300, 3_000, 0.3, 0.1],
      [500, 3_000, 0.3, 0.12],
      [200, 2_000, 0.5, 0.2],
      [1_000, 4_000, 0.2, 0.1],
      [150, 150, 0.4, 0.15],
    ] as const
    for (const [n, m, shift, distance] of cases) {
      const power = ksShiftPower(n, m, shift, distance)
      const margin = 4 * Math.sqrt(0.25 / rounds) * Math.max(0.3, Math.sqrt(4 * power * (1 - power)))
      expect(Math.abs(simulate(n, m, shift, distance, rounds) - power), `${n} ${m}`).toBeLessThan(
        margin + 0.03,
      )
    }
  })

  it('is the significance without a shift', () => {
    // One-sided: half of the two-sided level.
    for (const alpha of [0.05, 0.001]) {
      expect(ksShiftPower(800, 5_000, 0, ksCritical(800, 5_000, alpha)) / (alpha / 2)).toBeCloseTo(1, 2)
    }
  })

  it('grows with rows and shifts, and falls with the distance asked for', () => {
    const power = ksShiftPower(500, 5_000, 0.3, 0.1)
    expect(ksShiftPower(700, 5_000, 0.3, 0.1)).toBeGreaterThan(power)
    expect(ksShiftPower(500, 5_000, 0.4, 0.1)).toBeGreaterThan(power)
    expect(ksShiftPower(500, 5_000, 0.3, 0.12)).toBeLessThan(power)
    expect(ksShiftPower(500, 5_000, -0.3, 0.1)).toBe(power)
    expect(ksShiftPower(1e6, 1e6, 1, 0.1)).toBe(1)
  })
})

describe('the rows that a shift needs', () => {
  it('are the first that reach the power', () => {
    const distanceAt = (rows: number) => Math.max(0.1, ksCritical(rows, 10_000, 0.001 / 20))
    const rows = rowsForKsShift(10_000, 0.3, 0.9, distanceAt) ?? 0
    expect(ksShiftPower(rows, 10_000, 0.3, distanceAt(rows))).toBeGreaterThanOrEqual(0.9)
    expect(ksShiftPower(rows - 1, 10_000, 0.3, distanceAt(rows - 1))).toBeLessThan(0.9)
  })

  it('are unknown where the floor hides the shift or the reference is too small', () => {
    const withFloor = (rows: number) => Math.max(0.1, ksCritical(rows, 10_000, 0.001))
    expect(rowsForKsShift(10_000, 0.1, 0.9, withFloor)).toBeNull()
    expect(rowsForKsShift(50, 0.3, 0.9, (rows) => ksCritical(rows, 50, 0.001))).toBeNull()
  })
})
