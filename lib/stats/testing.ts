/** Owns what property tests of kernels share: hostile numbers, and the demand that no answer holds NaN. For tests only. */
import fc from 'fast-check'

/** Finite numbers, with the ones that break arithmetic more often than chance would bring them. */
export const hostileNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(
    0,
    -0,
    5e-324,
    -5e-324,
    1e-300,
    1e300,
    -1e300,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    1,
    1,
    1,
  ),
)

/** Probabilities, with ends, ties and the smallest ones. */
export const probability = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, -0, 1, 0.5, 0.5, 5e-324, 1 - 2 ** -53),
)

/** 0 or 1. */
export const bit = fc.constantFrom(0, 1)

/** Every number within, however deep, that is no finite one. */
export function nonFiniteIn(value: unknown): number[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [value]
  if (typeof value !== 'object' || value === null) return []
  const parts = ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : Object.values(value)
  return parts.flatMap(nonFiniteIn)
}
