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

function sayTooLittle({ n, neededN, evidence }: MeasuredValue, whenEnough: string | null): string {
  if (neededN === null) return `The reference is too small to see a change of this kind (${evidence}).`
  const have = `Too little data to tell: ${n.toLocaleString('en-US')} of ${sayRecords(neededN)} needed (${evidence}).`
  return whenEnough === null ? have : `${have} ${whenEnough}`
}
