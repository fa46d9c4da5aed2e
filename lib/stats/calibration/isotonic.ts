/**
 * Isotonic regression: the rising function that is nearest to the points in the mean square.
 *
 * Serves: calibrating scores. Kinds: numeric x, numeric or 0/1 y. Rows of one x are averaged, neighbours that fall
 * are pooled (also when equal), and only the ends of pooled blocks stay as knots; between knots the prediction is
 * linear, outside it is that of the nearest end. A step function would be another method.
 * Source: Ayer et al. 1955 (pool adjacent violators); scikit-learn `IsotonicRegression(out_of_bounds="clip")`;
 * statistics.md section 11; golden `isotonic`. Example: x 1 2 3 4, y 0 1 0 1 gives 0, ½, ½, 1.
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { ascendingOrder } from '@/lib/stats/sort-order'

/** Knots, x strictly ascending, y ascending; at least one. */
export interface Isotonic {
  readonly x: Float64Array
  readonly y: Float64Array
}

/** Scaled down by this, values of any size can be added up. A power of two, so that no digit is lost. */
const SCALE = 2 ** -100
const LARGE = 2 ** 900

/** Pooled blocks of rows. Levels are averaged as in the reference implementation, to the last digit: equal ones are ties. */
interface Blocks {
  count: number
  readonly level: Float64Array
  readonly weight: Float64Array
  /** Number of different x in the block. */
  readonly width: Uint32Array
}

/**
 * @param x finite values
 * @param y finite values, as many
 * @returns the knots; `too_few_values` for none, `invalid_value` for what is not finite
 */
export function fitIsotonic(x: ArrayLike<number>, y: ArrayLike<number>): Outcome<{ readonly fit: Isotonic }> {
  const n = x.length
  if (n !== y.length) return undefinedBecause('length_mismatch')
  if (n === 0) return undefinedBecause('too_few_values')
  let largest = 0
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) return undefinedBecause('invalid_value')
    largest = Math.max(largest, Math.abs(y[i]!))
  }
  return { status: 'ok', fit: fitInOrder(ascendingOrder(x), x, y, largest > LARGE ? SCALE : 1) }
}

/**
 * The same for some of the rows, already in ascending order of x.
 * @param order row numbers, at least one; x and y are finite there
 * @param scale makes the sum of all y finite
 */
export function fitInOrder(
  order: Uint32Array,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  scale = 1,
): Isotonic {
  const { distinct, blocks } = poolRows(order, x, y, scale)
  return keepKnots(distinct, blocks, scale)
}

function poolRows(order: Uint32Array, x: ArrayLike<number>, y: ArrayLike<number>, scale: number) {
  const n = order.length
  const distinct = new Float64Array(n)
  const blocks: Blocks = {
    count: 0,
    level: new Float64Array(n),
    weight: new Float64Array(n),
    width: new Uint32Array(n),
  }
  let different = 0
  for (let i = 0; i < n; ) {
    const value = x[order[i]!]! + 0
    let sum = 0
    let weight = 0
    for (; i < n && x[order[i]!] === value; i++, weight++) sum += y[order[i]!]! * scale
    distinct[different++] = value
    pushBlock(blocks, sum / weight, weight)
  }
  return { distinct: distinct.subarray(0, different), blocks }
}

function pushBlock(blocks: Blocks, mean: number, rows: number): void {
  const { level, weight, width } = blocks
  let last = blocks.count++
  level[last] = mean
  weight[last] = rows
  width[last] = 1
  while (last > 0 && level[last - 1]! >= level[last]!) {
    const both = weight[last - 1]! + weight[last]!
    level[last - 1] = (level[last - 1]! * weight[last - 1]! + level[last]! * weight[last]!) / both
    weight[last - 1] = both
    width[last - 1]! += width[last]!
    last--
    blocks.count--
  }
}

function keepKnots(distinct: Float64Array, blocks: Blocks, scale: number): Isotonic {
  const x: number[] = []
  const y: number[] = []
  let start = 0
  for (let block = 0; block < blocks.count; block++) {
    const level = blocks.level[block]! / scale
    const end = start + blocks.width[block]! - 1
    x.push(distinct[start]!)
    y.push(level)
    if (end > start) {
      x.push(distinct[end]!)
      y.push(level)
    }
    start = end + 1
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) }
}

/** Value of the fitted function. @param x finite */
export function predictIsotonic({ x: knots, y: levels }: Isotonic, x: number): number {
  let low = 0
  let high = knots.length - 1
  if (x <= knots[low]!) return levels[low]!
  if (x >= knots[high]!) return levels[high]!
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (knots[middle]! <= x) low = middle
    else high = middle
  }
  return interpolate(knots[low]!, knots[high]!, levels[low]!, levels[high]!, x)
}

/** Between two knots; never beyond either level. */
function interpolate(left: number, right: number, from: number, to: number, x: number): number {
  if (from === to) return from
  const slope = (to - from) / (right - left)
  if (slope < Infinity && right - left < Infinity) return clamp(from, to, slope * (x - left) + from)
  // Spans of huge numbers have no double, those of their halves have; slopes over the smallest spans have none either.
  const share =
    right - left < Infinity ? (x - left) / (right - left) : (x / 2 - left / 2) / (right / 2 - left / 2)
  return clamp(from, to, from * (1 - share) + to * share)
}

const clamp = (lowest: number, highest: number, value: number) => Math.min(highest, Math.max(lowest, value))
