/** Owns the verdict rule: effect beyond its limit, corrected significance, enough records; nothing about metrics. */
import type { Verdict } from '@/lib/domain/evaluation'
import type { MeasuredValue } from '@/lib/monitor/measurement'

/** Significance asked of what is learnt from a reference, whatever a model's budget of false alarms. */
export const ALPHA = 0.001

/**
 * @param pCorrected p after Benjamini–Hochberg, or null for measures without a test
 * @param alpha significance that the model's budget of false alarms asks of one window
 */
export function decide(measured: MeasuredValue, pCorrected: number | null, alpha: number): Verdict {
  const isSignificant = pCorrected === null || pCorrected < alpha
  if (measured.limitRatio > 1 && isSignificant) return measured.isSevere ? 'severe' : 'drift'
  if (!measured.isEnough) return 'not_enough_data'
  const upper = measured.upperRatio ?? measured.limitRatio
  const upperP = measured.upperPValue ?? null
  return upper > 1 && (measured.limitRatio > 1 || upperP === null || upperP < alpha) ? 'possible' : 'ok'
}
