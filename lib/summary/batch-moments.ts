/** Owns moments of a buffer of values: two passes, then merged. More exact and faster than one value at a time. */
import { emptyMoments, type Moments } from '@/lib/stats/sketches/moments'
import { finiteMoments, mergeFiniteMoments } from '@/lib/summary/finite-moments'

/** Moments of the first `length` finite values. */
export function momentsOf(values: Float64Array, length: number): Moments {
  const moments = emptyMoments()
  if (length === 0) return moments
  let sum = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < length; i++) {
    const value = values[i] ?? 0
    sum += value
    if (value < min) min = value
    if (value > max) max = value
  }
  const centre = min === max ? min : Number.isFinite(sum) ? sum / length : min / 2 + max / 2
  let d1 = 0
  let d2 = 0
  let d3 = 0
  let d4 = 0
  for (let i = 0; i < length; i++) {
    const d = (values[i] ?? 0) - centre
    const square = d * d
    d1 += d
    d2 += square
    d3 += square * d
    d4 += square * square
  }
  // The mean carries a rounding error; its shift is taken out of the powers.
  const shift = d1 / length
  moments.n = length
  moments.mean = Math.min(max, Math.max(min, centre + shift))
  moments.m2 = Math.max(0, d2 - length * shift * shift)
  moments.m3 = d3 - 3 * shift * d2 + 2 * length * shift ** 3
  moments.m4 = Math.max(0, d4 - 4 * shift * d3 + 6 * shift * shift * d2 - 3 * length * shift ** 4)
  moments.min = min
  moments.max = max
  return finiteMoments(moments)
}

/** Collects values and keeps their moments. */
export class MomentsBuffer {
  private readonly values = new Float64Array(256)
  private length = 0
  private total: Moments = emptyMoments()

  /** Adds a finite value. */
  add(value: number): void {
    this.values[this.length++] = value
    if (this.length === this.values.length) this.flush()
  }

  addTimes(value: number, times: number): void {
    for (let i = 0; i < times; i++) this.add(value)
  }

  moments(): Moments {
    this.flush()
    return { ...this.total }
  }

  reset(): void {
    this.length = 0
    this.total = emptyMoments()
  }

  private flush(): void {
    if (this.length === 0) return
    const part = momentsOf(this.values, this.length)
    this.total = this.total.n === 0 ? part : mergeFiniteMoments(this.total, part)
    this.length = 0
  }
}
