/** Owns the nouns evaluation, verdict and finding: a monitor's result on one window. */

import type { ColumnRef } from '@/lib/domain/column'
import type { BaselineKind } from '@/lib/domain/monitor'
import type { Cadence } from '@/lib/domain/time'

/** What a monitor says of one window. */
export const VERDICTS = [
  'ok',
  'possible',
  'drift',
  'severe',
  'not_enough_data',
  'no_data',
  'constant',
  'all_missing',
  'type_changed',
  'error',
] as const
export type Verdict = (typeof VERDICTS)[number]

/** Verdicts that count towards firing. */
export const BREACH_VERDICTS: ReadonlySet<Verdict> = new Set([
  'drift',
  'severe',
  'all_missing',
  'type_changed',
])

/** What a judgement says, in the order in which a verdict is reached; beside these stands only how it came to it. */
export const JUDGED_FIELDS = [
  'verdict',
  'value',
  'limit',
  'n',
  'nReference',
  'pValue',
  'pCorrected',
  'reason',
] as const

/** A named broken expectation or data fault. */
export const FINDING_KINDS = [
  'missing_surge',
  'unseen_category',
  'out_of_range',
  'type_changed',
  'constant',
  'all_missing',
  'unit_change',
] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

export interface Finding {
  readonly kind: FindingKind
  readonly column: ColumnRef
  /** Share of the window's rows that it touches, 0 … 1. */
  readonly share: number
  /** One sentence for people. */
  readonly sentence: string
}

/** How a verdict was reached, beside the summaries of its window: enough to reach it again. */
export interface EvaluationBasis {
  /** Version of the rule; another program may judge by a newer one. */
  readonly rule: string
  /** The profile it was compared with: the id of the baseline. */
  readonly profile: number
  /** The monitor's method and effect floor, which people may change. */
  readonly method?: string
  readonly floor: number
  /** The limit by chance came from the null table of the profile; absent: from a closed form. */
  readonly limit?: 'null_table'
  /** A limit that was set by hand. */
  readonly fixedLimit?: number
  /** Absent: the training profile. */
  readonly baseline?: BaselineKind
  /** Monitors that shared the correction for looking at many. */
  readonly tests: number
  /** Budget of false alarms and length of windows: the significance that was asked follows from them. */
  readonly budget: number
  readonly cadence: Cadence
  /** Slices were judged too, and had a share of the budget; absent for none. */
  readonly sliced?: true
  /** The part of the window that records could fill, epoch ms; absent for all of it. */
  readonly covered?: readonly [number, number]
  /** What earlier windows gave: how many numbers, and a mark of them. */
  readonly earlier?: { readonly values: number; readonly digest: string }
}

/** What is needed to explain a verdict again: inputs, both histograms, and the steps of the rule. */
export interface EvaluationDetail {
  /** Reference and current shares on at most 40 drawn bins, with true edges (numeric) or labels (categorical). */
  readonly bins?: {
    readonly edges?: readonly (number | null)[]
    readonly labels?: readonly string[]
    readonly reference: readonly number[]
    readonly current: readonly number[]
  }
  /** Proven interval of the statistic where bins allow no exact value. */
  readonly interval?: readonly [number, number]
  /** Other statistics of the same window, by method id. */
  readonly also?: Readonly<Record<string, number>>
  /** Shift of the mean in reference standard deviations, where that makes sense. */
  readonly shiftSigma?: number
  readonly meanReference?: number
  readonly meanCurrent?: number
  readonly findings?: readonly Finding[]
  /** How far the reference's own chunks of usual size lie from it, beyond chance: the band drawn under the values. */
  readonly referenceVariation?: number
  /** Distance from the reference, whatever the limit, and its upper confidence end. */
  readonly effect?: number
  readonly effectUpper?: number
  /** Records needed for a verdict, when there were too few. */
  readonly neededN?: number
  /** Absent where the evaluation was judged before it was kept. */
  readonly basis?: EvaluationBasis
  readonly [key: string]: unknown
}

export interface Evaluation {
  readonly id: number
  readonly versionId: number
  readonly monitorId: number
  readonly windowStartMs: number
  readonly windowEndMs: number
  /** 1 for the first judgement of the window; raised by late records and labels. */
  readonly revision: number
  readonly verdict: Verdict
  /** The metric's value; null when it has none. Never NaN. */
  readonly value: number | null
  /** The limit the value was compared with; null when there is none. */
  readonly limit: number | null
  /** Current sample size. */
  readonly n: number
  /** Reference sample size; null where no baseline is used. */
  readonly nReference: number | null
  readonly pValue: number | null
  /** p after Benjamini–Hochberg over the columns of this version and window. */
  readonly pCorrected: number | null
  /** One sentence: what moved, by how much, against what. */
  readonly reason: string
  readonly historical: boolean
  readonly evaluatedMs: number
  readonly detail: EvaluationDetail
}
