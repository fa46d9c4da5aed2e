/**
 * Exact p-value of the two-sample Kolmogorov–Smirnov test: the share of lattice paths that leave the band.
 *
 * Works with the outside share, which keeps small p-values accurate. Source: Hodges 1958; statistics.md 3.1.
 */

export type KsAlternative = 'two-sided' | 'greater' | 'less'

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

/** Equal sizes: a product (one-sided) or an alternating sum of products (two-sided). */
function equalSizes(n: number, h: number, alternative: KsAlternative): number {
  if (alternative !== 'two-sided') {
    let p = 1
    for (let j = 0; j < h; j++) p *= (n - j) / (n + j + 1)
    return p
  }
  let p = 0
  for (let k = Math.floor(n / h); k >= 0; k--) {
    let factor = 1
    for (let j = 0; j < h; j++) factor *= (n - k * h - j) / (n + k * h + j + 1)
    p = factor * (1 - p)
  }
  return 2 * p
}

/** Any sizes: one row of the band at a time. */
function anySizes(n: number, m: number, threshold: number, alternative: KsAlternative): number {
  const isOutside = (i: number, j: number) => {
    const gap = i * m - j * n
    return (alternative === 'two-sided' ? Math.abs(gap) : alternative === 'greater' ? gap : -gap) >= threshold
  }
  const row = new Float64Array(m + 1)
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (isOutside(i, j)) row[j] = 1
      else if (i + j === 0) row[j] = 0
      else row[j] = ((i > 0 ? i * row[j]! : 0) + (j > 0 ? j * row[j - 1]! : 0)) / (i + j)
    }
  }
  return row[m]!
}

/**
 * P(D ≥ d) when both samples have one continuous law.
 * @param d statistic: a whole multiple of 1/lcm(n, m) up to rounding
 */
export function ksExactPValue(d: number, n: number, m: number, alternative: KsAlternative): number {
  const common = gcd(n, m)
  const h = Math.round(d * (n / common) * m)
  if (h === 0) return 1
  const p = n === m ? equalSizes(n, h, alternative) : anySizes(n, m, h * common, alternative)
  return Math.min(1, Math.max(0, p))
}
