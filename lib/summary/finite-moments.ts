/** Owns merging of moments inside summaries: the same bits whichever comes first, and never NaN or infinite. */
import { type Moments, mergeMoments } from '@/lib/stats/sketches/moments'

/** Moments of the union; the arguments are left alone. Powers beyond the largest double stop there. */
export function mergeFiniteMoments(a: Readonly<Moments>, b: Readonly<Moments>): Moments {
  return finiteMoments(comesFirst(a, b) ? mergeMoments(a, b) : mergeMoments(b, a))
}

/** The moments with overflown fields set to the largest double; changes and returns the argument. */
export function finiteMoments(moments: Moments): Moments {
  if (moments.n === 0 || Number.isFinite(moments.m4 + moments.m3 + moments.m2 + moments.mean)) return moments
  moments.mean = Math.min(Math.max(finite(moments.mean), moments.min), moments.max)
  moments.m2 = finite(moments.m2)
  moments.m3 = finite(moments.m3)
  moments.m4 = finite(moments.m4)
  return moments
}

function finite(value: number): number {
  if (Number.isNaN(value)) return 0
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value))
}

function comesFirst(a: Readonly<Moments>, b: Readonly<Moments>): boolean {
  return a.n - b.n > 0 || (a.n === b.n && (a.mean < b.mean || (a.mean === b.mean && a.m2 <= b.m2)))
}
