/** Owns the golden methods that estimate quality without labels. */
import { ESTIMATED_METRICS, type EstimatedMetric } from '@/lib/stats/estimation/binary-estimate'
import { type CbpeReference, estimateWindow, learnCbpe } from '@/lib/stats/estimation/cbpe'
import type { GoldenMethod } from '@/lib/stats/golden/case'
import { numbersOf } from '@/lib/stats/golden/columns'

/** The words of the file. */
const NAMES: Readonly<Record<EstimatedMetric, string>> = {
  rocAuc: 'roc_auc',
  f1: 'f1',
  precision: 'precision',
  recall: 'recall',
  specificity: 'specificity',
  accuracy: 'accuracy',
}

const byName = <T>(read: (metric: EstimatedMetric) => T) =>
  Object.fromEntries(ESTIMATED_METRICS.map((metric) => [NAMES[metric], read(metric)]))

const decide = (scores: Float64Array) => scores.map((score) => (score >= 0.5 ? 1 : 0))

function chunkAnswer(reference: CbpeReference, scores: Float64Array): Readonly<Record<string, unknown>> {
  const answer = estimateWindow(reference, scores, decide(scores))
  if (answer.status !== 'ok') return answer
  const { confusion, judged } = answer
  return {
    n: answer.n,
    estimate: {
      ...byName((metric) => judged[metric].value),
      average_precision: answer.averagePrecision,
      true_positive: confusion.tp,
      false_positive: confusion.fp,
      true_negative: confusion.tn,
      false_negative: confusion.fn,
    },
    sampling_error: byName((metric) => judged[metric].samplingError),
    lower: byName((metric) => judged[metric].band?.lower ?? null),
    upper: byName((metric) => judged[metric].band?.upper ?? null),
    alert: byName((metric) => judged[metric].isOutside),
  }
}

/** Long cases record the first three chunks and the last one. */
const MAX_RECORDED = 6

const cbpeBinary: GoldenMethod = (columns, { params }) => {
  const scores = numbersOf(columns.reference_score)
  const labels = numbersOf(columns.reference_y_true)
  const chunkSize = params.chunk_size as number
  const learnt = learnCbpe(
    { scores, labels, decisions: decide(scores) },
    { chunkSize, calibrate: params.calibrate as boolean },
  )
  if (learnt.status !== 'ok') return learnt
  const { reference } = learnt
  const current = numbersOf(columns.score)
  const chunks: Readonly<Record<string, unknown>>[] = []
  for (let start = 0; start < current.length; start += chunkSize) {
    chunks.push(chunkAnswer(reference, current.subarray(start, start + chunkSize)))
  }
  return {
    status: 'ok',
    thresholds: byName((metric) => {
      const band = reference.thresholds[metric]
      return band && [band.lower, band.upper]
    }),
    chunks: chunks.length <= MAX_RECORDED ? chunks : [...chunks.slice(0, 3), ...chunks.slice(-1)],
    n_chunks: chunks.length,
  }
}

export const ESTIMATION_METHODS: Readonly<Record<string, GoldenMethod>> = { cbpe_binary: cbpeBinary }
