/** Owns the reason of an evaluation: findings first, then what moved, by how much, against what, and how sure. */
import type { Verdict } from '@/lib/domain/evaluation'
import type { MeasuredValue } from '@/lib/monitor/measurement'
import { sayRecords } from '@/lib/monitor/words'

/** A sentence or a few for people. */
export function sayVerdict(
  verdict: Verdict,
  measured: MeasuredValue,
  pCorrected: number | null,
  alpha: number,
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
      return measured.neededN === null
        ? `The reference is too small to see a change of this kind (${evidence}).`
        : `Too little data to tell: ${measured.n.toLocaleString('en-US')} of ${sayRecords(measured.neededN)} needed (${evidence}).`
    default:
      return `Within limits: ${statement}`
  }
}
