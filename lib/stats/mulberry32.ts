/**
 * Seeded generator of uniform numbers, for resampling and seeded test data; never for secrets.
 *
 * mulberry32: 32 bits of state, one step a number. Seed 42 gives 2581720956, 1925393290, 3661312704.
 * Source: statistics.md, section 1.
 */

export interface Mulberry32 {
  /** Next unsigned 32-bit integer. */
  u32(): number
  /** (u32 + ½) / 2³²: never 0, never 1, exact in a double. */
  uniform(): number
  /** Integer in [0, bound). */
  below(bound: number): number
  /** Standard normal by Box–Muller, cosine branch; takes two uniforms. */
  normal(): number
}

/** What the state grows by with every number. */
const STEP = 0x6d2b79f5

/** The seed that goes on where the generator of `seed` stands after so many numbers. */
export function mulberry32SeedAfter(seed: number, numbers: number): number {
  return (seed + Math.imul(numbers, STEP)) | 0
}

/** Starts a generator; the same seed gives the same sequence on every machine. */
export function createMulberry32(seed: number): Mulberry32 {
  let state = seed | 0
  const u32 = () => {
    state = (state + STEP) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  const uniform = () => (u32() + 0.5) / 4294967296
  return {
    u32,
    uniform,
    below: (bound) => Math.floor(uniform() * bound),
    normal: () => {
      const radius = Math.sqrt(-2 * Math.log(uniform()))
      return radius * Math.cos(2 * Math.PI * uniform())
    },
  }
}
