/**
 * Kolmogorov's law for one sample, by Durbin's matrix power: P(sup |F_n - F| < d), exact up to rounding.
 *
 * Cost grows with (n·d)³ · log n: meant for small n·d. Source: Marsaglia, Tsang & Wang 2003.
 */

/** Powers of two are exact: scaling by them loses nothing. */
const SCALE_BITS = 128
const SCALE_UP = 2 ** SCALE_BITS
const SCALE_DOWN = 2 ** -SCALE_BITS

/** A square matrix (row major) times 2^exponent. */
interface ScaledMatrix {
  readonly cells: Float64Array
  readonly exponent: number
}

function multiply(a: ScaledMatrix, b: ScaledMatrix, size: number, pivot: number): ScaledMatrix {
  const cells = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let inner = 0; inner < size; inner++) {
      const factor = a.cells[row * size + inner]!
      if (factor === 0) continue
      for (let column = 0; column < size; column++) {
        cells[row * size + column]! += factor * b.cells[inner * size + column]!
      }
    }
  }
  const exponent = a.exponent + b.exponent
  if (cells[pivot]! <= SCALE_UP) return { cells, exponent }
  return { cells: cells.map((cell) => cell * SCALE_DOWN), exponent: exponent + SCALE_BITS }
}

function durbinMatrix(size: number, h: number): Float64Array {
  const inverseFactorials = new Float64Array(size + 1)
  inverseFactorials[0] = 1
  for (let j = 1; j <= size; j++) inverseFactorials[j] = inverseFactorials[j - 1]! / j
  const cells = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let column = 1; column < size; column++) {
      if (column <= row + 1) cells[row * size + column] = inverseFactorials[row - column + 1]!
    }
  }
  const edge = Float64Array.from({ length: size }, (_, j) => (1 - h ** (j + 1)) * inverseFactorials[j + 1]!)
  edge[size - 1] = (1 + Math.max(2 * h - 1, 0) ** size - 2 * h ** size) * inverseFactorials[size]!
  for (let j = 0; j < size; j++) {
    cells[j * size] = edge[j]!
    cells[(size - 1) * size + j] = edge[size - 1 - j]!
  }
  return cells
}

/**
 * @param n sample size
 * @param d distance with n·d > ½ and d < 1
 */
export function kolmogorovCdfDurbin(n: number, d: number): number {
  const k = Math.ceil(n * d)
  const size = 2 * k - 1
  const pivot = (k - 1) * size + (k - 1)
  const identity = new Float64Array(size * size)
  for (let j = 0; j < size; j++) identity[j * size + j] = 1
  let power: ScaledMatrix = { cells: identity, exponent: 0 }
  let base: ScaledMatrix = { cells: durbinMatrix(size, k - n * d), exponent: 0 }
  for (let bits = n; bits > 0; bits = Math.floor(bits / 2)) {
    if (bits % 2 === 1) power = multiply(power, base, size, pivot)
    if (bits > 1) base = multiply(base, base, size, pivot)
  }
  let probability = power.cells[pivot]!
  let exponent = power.exponent
  for (let i = 1; i <= n; i++) {
    probability *= i / n
    if (probability < SCALE_DOWN) {
      probability *= SCALE_UP
      exponent -= SCALE_BITS
    }
  }
  return probability * 2 ** exponent
}
