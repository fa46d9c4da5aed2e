/** Owns the default rules of peers, stated again from their documentation, for comparison on the same streams. */
import type { EvidenceTable, EvidenceValue } from '@/lib/cli/evidence/columns'
import { chiSquareContingency, chiSquareGoodnessOfFit } from '@/lib/stats/categorical/chi-square'
import { jensenShannon } from '@/lib/stats/divergence/jensen-shannon'
import { countByCategory, evidentlyBins, nannymlBins, type Sample } from '@/lib/stats/divergence/sample-bins'
import { ksTwoSample } from '@/lib/stats/two-sample/ks-two-sample'
import { wasserstein } from '@/lib/stats/two-sample/wasserstein'

/** A rule prepared on a reference: says which columns of a window it flags, by position. */
export type WindowRule = (window: EvidenceTable) => boolean[]

export interface PeerRule {
  readonly name: string
  /** @param windowRows records of the windows that will be judged, for rules that learn from chunks of that size */
  prepare(reference: EvidenceTable, windowRows: number): WindowRule
}

const present = (values: readonly EvidenceValue[]): Sample => values.filter((value) => value !== null)
const numbers = (values: readonly EvidenceValue[]): Float64Array =>
  Float64Array.from(values.filter((value) => typeof value === 'number'))
const isNumeric = (values: readonly EvidenceValue[]) => values.some((value) => typeof value === 'number')

function pValueOfKs(reference: Float64Array, current: Float64Array): number {
  const test = ksTwoSample(reference, current, { method: 'asymp' })
  return test.status === 'ok' ? test.pValue : 1
}

/** KS at p < 0.05 for numbers and chi-square at p < 0.05 for categories, column by column; whylogs calls the same drift. */
const plainTests: PeerRule = {
  name: 'KS and chi-square at p < 0.05',
  prepare: (reference) => {
    const prepared = reference.columns.map((values) =>
      isNumeric(values) ? numbers(values).sort() : present(values),
    )
    return (window) =>
      window.columns.map((values, index) => {
        const side = prepared[index]
        if (side instanceof Float64Array) return pValueOfKs(side, numbers(values)) < 0.05
        const counts = countByCategory(side ?? [], present(values))
        const score = chiSquareContingency(counts.reference, counts.current)
        return score.status === 'ok' && (score.pValue ?? 1) < 0.05
      })
  },
}

/** Evidently 0.7: tests up to 1,000 reference rows, distances at 0.1 beyond. */
const evidently: PeerRule = {
  name: 'Evidently defaults',
  prepare: (reference) => (window) =>
    window.columns.map((values, index) => {
      const side = reference.columns[index] ?? []
      const isSmall = present(side).length <= 1_000
      const distinct = new Set(side).size
      if (isNumeric(side) && distinct > 5) {
        if (isSmall) return pValueOfKs(numbers(side), numbers(values)) <= 0.05
        const score = wasserstein(numbers(side), numbers(values))
        return score.status === 'ok' && score.normed >= 0.1
      }
      if (isSmall) {
        const counts = countByCategory(present(side), present(values))
        const score = chiSquareGoodnessOfFit(counts.reference, counts.current)
        return score.status === 'ok' && (score.pValue ?? 1) < 0.05
      }
      const { reference: p, current: q } = evidentlyBins(present(side), present(values), false)
      const score = jensenShannon(p, q, Math.E)
      return score.status === 'ok' && score.value >= 0.1
    }),
}

/** NannyML 0.13: Jensen–Shannon against mean ± 3 sd of the reference's own chunks of the same size. */
const nannyml: PeerRule = {
  name: 'NannyML defaults',
  prepare: (reference, windowRows) => {
    const distance = (side: readonly EvidenceValue[], values: readonly EvidenceValue[]) => {
      const bins = nannymlBins(present(side), present(values), isNumeric(side))
      const score = jensenShannon(bins.reference, bins.current, 2)
      return score.status === 'ok' ? score.value : 0
    }
    const limits = reference.columns.map((side) => {
      const chunks: number[] = []
      for (let start = 0; start + windowRows <= side.length; start += windowRows) {
        chunks.push(distance(side, side.slice(start, start + windowRows)))
      }
      const mean = chunks.reduce((sum, value) => sum + value, 0) / chunks.length
      const spread = Math.sqrt(chunks.reduce((sum, value) => sum + (value - mean) ** 2, 0) / chunks.length)
      return mean + 3 * spread
    })
    return (window) =>
      window.columns.map(
        (values, index) =>
          distance(reference.columns[index] ?? [], values) > (limits[index] ?? Number.POSITIVE_INFINITY),
      )
  },
}

export const PEER_RULES: readonly PeerRule[] = [plainTests, evidently, nannyml]
