/**
 * Quality without labels, from a reference to a window: what to learn once, and what to say of each window.
 *
 * Learnt: the calibrator (isotonic on the whole reference, where it helps), the sampling error and the thresholds.
 * Said: estimate, its band of ± 3 sampling errors, and whether the estimate lies outside the thresholds. Assumes that
 * P(label | score) is unchanged. Source: NannyML; statistics.md 12.1; golden `cbpe_binary`.
 * Kinds: scores 0 … 1 and decisions 0/1; values 0 … 1. Example: that of `binary-estimate.ts`, with its band.
 */
import { fitIsotonic, type Isotonic, predictIsotonic } from '@/lib/stats/calibration/isotonic'
import { needsCalibration } from '@/lib/stats/calibration/needs-calibration'
import { areBinary, areProbabilities } from '@/lib/stats/calibration/scored-labels'
import {
  type BinaryEstimate,
  ESTIMATED_METRICS,
  type EstimatedMetric,
  estimateBinary,
} from '@/lib/stats/estimation/binary-estimate'
import { type RealisedThresholds, realisedThresholds } from '@/lib/stats/estimation/realised-thresholds'
import {
  type LabelledRows,
  learnSamplingParts,
  type SamplingParts,
  samplingError,
} from '@/lib/stats/estimation/sampling-error'
import type { Band } from '@/lib/stats/inference/thresholds'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'

const BAND_ERRORS = 3

export interface CbpeReference {
  /** Null when scores are taken as probabilities as they are. */
  readonly calibrator: Isotonic | null
  readonly sampling: SamplingParts
  readonly thresholds: RealisedThresholds
}

export interface CbpeOptions {
  /** Rows of a chunk of the reference, at least 1. */
  readonly chunkSize: number
  /** Whether to calibrate; by default the check of held-out predictions decides. */
  readonly calibrate?: boolean
}

/** An estimate with its uncertainty; null where the metric or its sampling error is not defined. */
export interface JudgedEstimate {
  readonly value: number | null
  readonly samplingError: number | null
  readonly band: Band | null
  /** Strictly beyond the thresholds. */
  readonly isOutside: boolean
}

/** Learns from labelled rows in their original order. @returns a named reason for rows that cannot be read */
export function learnCbpe(
  rows: LabelledRows,
  { chunkSize, calibrate }: CbpeOptions,
): Outcome<{ readonly reference: CbpeReference }> {
  if (!(chunkSize >= 1) || !areBinary(rows.decisions)) return undefinedBecause('invalid_value')
  const sampling = learnSamplingParts(rows)
  if (sampling.status !== 'ok') return sampling
  const check = calibrate === undefined ? needsCalibration(rows.scores, rows.labels) : null
  const isNeeded = check ? check.status === 'ok' && check.needed : calibrate
  const learnt = isNeeded ? fitIsotonic(rows.scores, rows.labels) : null
  if (learnt && learnt.status !== 'ok') return learnt
  const thresholds = realisedThresholds(rows, Math.floor(chunkSize))
  return {
    status: 'ok',
    reference: { calibrator: learnt ? learnt.fit : null, sampling: sampling.parts, thresholds },
  }
}

/**
 * Estimates one window. 100,000 rows take one sort and one pass.
 * @param scores 0 … 1; `decisions` 0 or 1, as many
 */
export function estimateWindow(
  reference: CbpeReference,
  scores: ArrayLike<number>,
  decisions: ArrayLike<number>,
): Outcome<BinaryEstimate & { readonly judged: Readonly<Record<EstimatedMetric, JudgedEstimate>> }> {
  if (!areProbabilities(scores)) return undefinedBecause('invalid_value')
  const { calibrator } = reference
  const probabilities = new Float64Array(scores.length)
  for (let i = 0; i < scores.length; i++) {
    probabilities[i] = calibrator ? predictIsotonic(calibrator, scores[i]!) : scores[i]!
  }
  const estimate = estimateBinary({ probabilities, scores, decisions })
  if (estimate.status !== 'ok') return estimate
  const judge = (metric: EstimatedMetric) =>
    judgeEstimate(
      estimate.metrics[metric],
      samplingError(reference.sampling[metric], estimate.n),
      reference.thresholds[metric],
    )
  return {
    ...estimate,
    judged: Object.fromEntries(
      ESTIMATED_METRICS.map((metric) => [metric, judge(metric)]),
    ) as unknown as Readonly<Record<EstimatedMetric, JudgedEstimate>>,
  }
}

function judgeEstimate(value: number | null, error: number | null, thresholds: Band | null): JudgedEstimate {
  const half = error === null ? null : BAND_ERRORS * error
  return {
    value,
    samplingError: error,
    band:
      value === null || half === null
        ? null
        : { lower: Math.max(0, value - half), upper: Math.min(1, value + half) },
    isOutside:
      value !== null && thresholds !== null && (value < thresholds.lower || value > thresholds.upper),
  }
}
