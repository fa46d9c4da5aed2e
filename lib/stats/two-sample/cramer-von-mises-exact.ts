/**
 * Exact p-value of the two-sample Cramér–von Mises test, for small samples without ties.
 *
 * Counts the lattice paths from (0, 0) to (n, m) by their sum of squared gaps between i/n and j/m, in whole numbers; sums that can
 * no longer fail to reach the observed one are counted at once, sums that can no longer reach it are left out.
 * Source: Xiao, Gordon & Yakovlev 2006, J. Stat. Soft. 17(8); statistics.md 3.6.
 */

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

/** Of all paths from each cell to the end: how many, and the smallest and largest sum after that cell. */
interface Rest {
  readonly paths: Float64Array
  readonly least: Float64Array
  readonly most: Float64Array
}

function restOf(squared: (i: number, j: number) => number, n: number, m: number): Rest {
  const size = (n + 1) * (m + 1)
  const rest = { paths: new Float64Array(size), least: new Float64Array(size), most: new Float64Array(size) }
  for (let i = n; i >= 0; i--) {
    for (let j = m; j >= 0; j--) {
      const cell = i * (m + 1) + j
      if (i === n && j === m) {
        rest.paths[cell] = 1
        continue
      }
      let [paths, least, most] = [0, Number.POSITIVE_INFINITY, 0]
      for (const [toI, toJ] of [
        [i + 1, j],
        [i, j + 1],
      ] as const) {
        if (toI > n || toJ > m) continue
        const next = toI * (m + 1) + toJ
        const step = squared(toI, toJ)
        paths += rest.paths[next]!
        least = Math.min(least, step + rest.least[next]!)
        most = Math.max(most, step + rest.most[next]!)
      }
      rest.paths[cell] = paths
      rest.least[cell] = least
      rest.most[cell] = most
    }
  }
  return rest
}

/** Counts of paths into a cell by sum: place k stands for (first + k)·stride + residue. Sums outside are decided. */
interface Open {
  readonly residue: number
  readonly first: number
  readonly counts: Float64Array
}

/** Moves the open sums of a neighbour into the window of a cell; returns how many full paths are decided by it. */
function moveInto(window: Open, from: Open, shift: number, paths: number): number {
  let decided = 0
  for (let k = 0; k < from.counts.length; k++) {
    const count = from.counts[k]!
    if (count === 0) continue
    const place = from.first + k + shift - window.first
    if (place >= window.counts.length) decided += count * paths
    else if (place >= 0) window.counts[place]! += count
  }
  return decided
}

/** Share of paths whose sum of squared gaps (a·i - b·j)² is at least `threshold`. */
function shareReaching(threshold: number, a: number, b: number, n: number, m: number): number {
  const squared = (i: number, j: number) => (a * i - b * j) ** 2
  const rest = restOf(squared, n, m)
  if (threshold <= rest.least[0]!) return 1
  if (threshold > rest.most[0]!) return 0
  // On the line i + j = k the squares differ by multiples of a + b (twice that when it is even): most sums never occur.
  const stride = (a + b) % 2 === 0 ? 2 * (a + b) : a + b
  let reached = 0
  let row: Open[] = []
  for (let i = 0; i <= n; i++) {
    const next: Open[] = []
    for (let j = 0; j <= m; j++) {
      const cell = i * (m + 1) + j
      const k = i + j
      const residue = (b * b * ((k * (k + 1) * (2 * k + 1)) / 6)) % stride
      const placeOf = (sum: number) => Math.ceil((sum - residue) / stride)
      const first = Math.max(0, placeOf(threshold - rest.most[cell]!))
      const length = Math.max(0, placeOf(threshold - rest.least[cell]!) - first)
      const window = { residue, first, counts: new Float64Array(length) }
      if (k === 0) window.counts[0] = 1
      for (const from of [row[j], next[j - 1]]) {
        if (!from) continue
        const shift = (from.residue + squared(i, j) - residue) / stride
        reached += moveInto(window, from, shift, rest.paths[cell]!)
      }
      next.push(window)
    }
    row = next
  }
  return reached / rest.paths[0]!
}

/**
 * P(U ≥ u) when both samples have one continuous law.
 * @param u rank sum n Σ (r - i)² + m Σ (s - j)²
 * @param n size of one sample, at most about 20
 * @param m size of the other
 */
export function cramerVonMisesExact(u: number, n: number, m: number): number {
  const product = n * m
  const common = product / gcd(n, m)
  const [stepX, stepY] = [common / n, common / m]
  // The rank sum in the units of the squared gaps; ties can leave it between two whole numbers.
  const threshold = Math.floor(
    (common * common * (n + m) * (6 * u - product * (4 * product - 1))) / (6 * product * product),
  )
  return shareReaching(threshold, stepX, stepY, n, m)
}
