/**
 * Survival function of the two-sided one-sample Kolmogorov–Smirnov statistic.
 *
 * Source: regions after Simard & L'Ecuyer 2011 (J. Stat. Soft. 39(11)); Durbin's matrix also serves the region where
 * they use Pomeranz' recursion: for n ≤ 140 both are exact. Golden file `ks_asymptotic_sf`.
 */
import { kolmogorovCdfDurbin } from '@/lib/stats/special/kolmogorov-durbin'
import { kolmogorovCdfPelzGood } from '@/lib/stats/special/kolmogorov-pelz-good'
import { logGamma } from '@/lib/stats/special/log-gamma'
import { smirnovSurvival } from '@/lib/stats/special/smirnov'

const SMALL_SAMPLE = 140

const clip = (p: number) => Math.min(1, Math.max(0, p))

/**
 * P(D_n ≥ d), exact to about 1e-9 relative.
 * @param n sample size, at least 1
 * @param d distance, 0 … 1
 */
export function kolmogorovSurvival(n: number, d: number): number {
  if (d <= 0) return 1
  if (d >= 1) return 0
  const t = n * d
  const z = t * d
  if (t <= 0.5) return 1
  if (t <= 1) return clip(1 - Math.exp(logGamma(n + 1) - n * Math.log(n) + n * Math.log(2 * t - 1)))
  if (t >= n - 1) return clip(2 * (1 - d) ** n)
  if (d >= 0.5) return clip(2 * smirnovSurvival(n, d))
  if (n <= SMALL_SAMPLE) return clip(z <= 4 ? 1 - kolmogorovCdfDurbin(n, d) : 2 * smirnovSurvival(n, d))
  if (z >= 370) return 0
  if (z >= 2.2) return clip(2 * smirnovSurvival(n, d))
  return clip(
    1 - (n <= 100_000 && n * d ** 1.5 <= 1.4 ? kolmogorovCdfDurbin(n, d) : kolmogorovCdfPelzGood(n, d)),
  )
}

/**
 * The same for use on every window, without loops that grow with n: above 140 rows Pelz–Good serves the whole
 * middle, and above 2,000 rows the sum of Smirnov's law is replaced by its expansion
 * exp(-(6nd+1)²/(18n)) · exp(-4/9·nd⁴), within 0.5 % for p > 1e-28. Source: Maag & Dicaire 1971.
 */
export function kolmogorovSurvivalFast(n: number, d: number): number {
  const z = n * d * d
  if (n <= SMALL_SAMPLE || d >= 0.5 || d <= 0 || z >= 370) return kolmogorovSurvival(n, d)
  if (z < 2.2) return n * d <= 1 ? 1 : clip(1 - kolmogorovCdfPelzGood(n, d))
  if (n <= 2_000) return kolmogorovSurvival(n, d)
  return clip(2 * Math.exp(-((6 * n * d + 1) ** 2) / (18 * n) - (4 / 9) * n * d ** 4))
}

/** Rounds halves to the even neighbour, as the effective sample size of two samples is defined. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

/**
 * Asymptotic two-sample p-value: the one-sample law at the effective size n·m/(n+m).
 * @param d KS distance of two samples of sizes n and m
 */
export function ksPValue(d: number, n: number, m: number): number {
  return kolmogorovSurvivalFast(Math.max(1, roundHalfEven((n * m) / (n + m))), d)
}
