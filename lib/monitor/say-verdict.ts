/** Owns the reason of an evaluation: findings first, then what moved, by how much, against what, and how sure. */
import type { Verdict } from '@/lib/domain/evaluation'
import type { MeasuredValue, MeasureInput } from '@/lib/monitor/measurement'
import { sayEnough } from '@/lib/monitor/say-enough'
import { sayRecords } from '@/lib/monitor/words'

/**
 * A sentence or a few for people.
 * @param input what was measured: the rate at which records come, and the significance that was asked
 */
export function sayVerdict(
  verdict: Verdict,
  measured: MeasuredValue,
  pCorrected: number | null,
  { alpha, covered, cadence }: Pick<MeasureInput, 'alpha' | 'covered' | 'cadence'>,
): string {
  const { fact, evidence, findings } = measured
  const statement = `${fact} (${evidence}).`
  switch (verdict) {
    case 'drift':
    case 'severe':
      return [...findings.map(({ sentence }) => sentence), statement]
        .filter((sentence) => sentence !== `${fact}.`)
        .join(' ')
    case 'possible':
      return pCorrected !== null && measured.limitRatio > 1 && pCorrected >= alpha
        ? `${statement} It may be chance: p is ${Number(pCorrected.toPrecision(2))} after correction for all columns.`
        : `${statement} The limit may have been passed: only the upper end of the proven interval does.`
    case 'not_enough_data':
      return sayTooLittle(measured, sayEnough(measured.n, measured.neededN, covered, cadence))
    default:
      return `Within limits: ${statement}`
  }
}

/** A value beyond its limit is no breach while chance may have carried it there: that is said, or the row reads as a mistake. */
function sayTooLittle(
  { n, neededN, evidence, limitRatio }: MeasuredValue,
  whenEnough: string | null,
): string {
  const isBeyond = limitRatio > 1
  if (neededN === null) {
    const but = isBeyond ? ': the value is beyond its limit, but may be there by chance' : ''
    return `The reference is too small to see a change of this kind${but} (${evidence}).`
  }
  const have = isBeyond
    ? `Too little data to tell: the value is beyond its limit, but with ${n.toLocaleString('en-US')} of ${sayRecords(neededN)} needed that may be chance (${evidence}).`
    : `Too little data to tell: ${n.toLocaleString('en-US')} of ${sayRecords(neededN)} needed (${evidence}).`
  return whenEnough === null ? have : `${have} ${whenEnough}`
}
