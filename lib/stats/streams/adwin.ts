/**
 * ADWIN: a window that grows while the stream's mean is steady and is cut when two parts of it differ.
 *
 * The window is an exponential histogram: row r holds at most `maxBuckets` buckets of 2^r values. Every `clock` values,
 * cut points are tried from the oldest bucket on; a cut is made when |μ0-μ1| > √(2hσ²δ') + ⅔δ'h with
 * δ' = ln(2 ln(width)/δ) and h = 1/(n0-min+1) + 1/(n1-min+1). Sensitive to: a change of the mean, of any speed.
 * Kinds: one value at a time. Conventions as river has them: the newest bucket of a row is never a cut point, and the
 * whole window is dropped with the value after a signal; `keepWindow` keeps the newer part instead, as the paper does.
 * Source: Bifet & Gavaldà 2007; statistics.md 8.2; golden `adwin`. Example: N(0, 1), then N(2, 1) from value 700 on
 * signals at value 767.
 */
import { type StreamSignal, streamValue } from '@/lib/stats/streams/stream-value'

export interface AdwinSettings {
  /** Chance of a false cut. */
  readonly delta: number
  /** Values between two searches for a cut. */
  readonly clock: number
  readonly maxBuckets: number
  /** Fewest values on each side of a cut. */
  readonly minWindowLength: number
  /** No search before the window is longer than this. */
  readonly gracePeriod: number
  readonly keepWindow: boolean
}

export const ADWIN_DEFAULTS: AdwinSettings = {
  delta: 0.002,
  clock: 32,
  maxBuckets: 5,
  minWindowLength: 5,
  gracePeriod: 10,
  keepWindow: false,
}

/** Plain JSON. */
export interface Adwin {
  readonly settings: AdwinSettings
  /** Row r: sum and squared deviation of each bucket of 2^r values, one after the other, oldest first. */
  rows: number[][]
  width: number
  total: number
  /** Sum of squared deviations of the window from its mean. */
  squares: number
  ticks: number
  signalled: boolean
}

export function createAdwin(settings: Partial<AdwinSettings> = {}): Adwin {
  const empty = { rows: [[]], width: 0, total: 0, squares: 0, ticks: 0, signalled: false }
  return { settings: { ...ADWIN_DEFAULTS, ...settings }, ...empty }
}

/** Mean and variance (divisor n) of the window; null while it is empty. */
export function adwinWindow({ width, total, squares }: Adwin): { mean: number; variance: number } | null {
  return width === 0 ? null : { mean: total / width, variance: Math.max(0, squares / width) }
}

function insert(state: Adwin, x: number): void {
  state.rows[0]!.push(x, 0)
  state.width++
  if (state.width > 1) {
    const before = state.width - 1
    const gap = x - state.total / before
    state.squares += (before * gap * gap) / state.width
  }
  state.total += x
}

/** Two oldest buckets of a full row become one of the next row. */
function compress({ rows, settings }: Adwin): void {
  for (let r = 0; r < rows.length && rows[r]!.length > 2 * settings.maxBuckets; r++) {
    const size = 2 ** r
    const [sum1, squares1, sum2, squares2] = rows[r]!.splice(0, 4) as [number, number, number, number]
    const gap = sum1 / size - sum2 / size
    if (r + 1 === rows.length) rows.push([])
    rows[r + 1]!.push(sum1 + sum2, squares1 + squares2 + (size * gap * gap) / 2)
  }
}

function dropOldest(state: Adwin): void {
  const last = state.rows.length - 1
  const size = 2 ** last
  const [sum, squares] = state.rows[last]!.splice(0, 2) as [number, number]
  state.width -= size
  state.total -= sum
  const gap = sum / size - state.total / state.width
  state.squares -= squares + (size * state.width * gap * gap) / (size + state.width)
  if (state.rows[last]!.length === 0) state.rows.pop()
}

/** How far apart two means may lie by chance. */
function tolerance({ settings, width, squares }: Adwin, n0: number, n1: number): number {
  const { delta, minWindowLength } = settings
  const confidence = Math.log((2 * Math.log(width)) / delta)
  const h = 1 / (n0 - minWindowLength + 1) + 1 / (n1 - minWindowLength + 1)
  return Math.sqrt((2 * h * Math.max(0, squares) * confidence) / width) + (2 / 3) * confidence * h
}

/** Newer mean minus older mean at the first cut point that stands out; 0 when none does. */
function findCut(state: Adwin): number {
  const { rows, width, total, settings } = state
  let n0 = 0
  let sum0 = 0
  for (let r = rows.length - 1; r >= 0; r--) {
    const row = rows[r]!
    for (let at = 0; at < row.length - 2; at += 2) {
      n0 += 2 ** r
      sum0 += row[at]!
      const n1 = width - n0
      if (n0 < settings.minWindowLength || n1 < settings.minWindowLength) continue
      const gap = (total - sum0) / n1 - sum0 / n0
      if (Math.abs(gap) > tolerance(state, n0, n1)) return gap
    }
  }
  return 0
}

/** Takes the next value, in place. */
export function addToAdwin(state: Adwin, value: number): StreamSignal {
  const x = streamValue(value)
  if (x === null) return 'not_finite'
  const { clock, gracePeriod, keepWindow } = state.settings
  if (state.signalled && !keepWindow) Object.assign(state, createAdwin(state.settings))
  state.signalled = false
  insert(state, x)
  compress(state)
  state.ticks++
  if (state.ticks % clock !== 0 || state.width <= gracePeriod) return 'none'
  let signal: StreamSignal = 'none'
  for (let gap = findCut(state); gap !== 0; gap = findCut(state)) {
    // The first cut sees the whole change; later ones only trim what is left of the older part.
    if (signal === 'none') signal = gap > 0 ? 'up' : 'down'
    dropOldest(state)
  }
  state.signalled = signal !== 'none'
  return signal
}
