/** Owns the golden methods on decisions between classes and on rankings. */
import type { Column, GoldenCase, GoldenMethod } from '@/lib/stats/golden/case'
import { numbersOf } from '@/lib/stats/golden/columns'
import { classAverages, countClasses } from '@/lib/stats/performance/class-averages'
import { classProbabilityQuality } from '@/lib/stats/performance/class-probabilities'
import { rankingMetrics } from '@/lib/stats/performance/ranking-metrics'

type Columns = Readonly<Record<string, Column>>

const decisionsOnClasses = (columns: Columns, { params }: GoldenCase) => {
  const actual = (columns.y_true ?? []).map(String)
  const gate = numbersOf(columns.gate)
  const decided = actual.map((label, row) =>
    gate[row]! < (params.agree as number) ? label : String(columns.alternative?.[row]),
  )
  const counted = countClasses(actual, decided)
  if (counted.status !== 'ok') return counted
  const answer = classAverages(counted.confusion)
  if (answer.status !== 'ok') return answer
  return {
    ...answer,
    per_class: Object.fromEntries(answer.classes.map(({ label, ...quality }) => [label, quality])),
    confusion: { labels: answer.classes.map(({ label }) => label), matrix: answer.matrix },
  }
}

const probabilitiesOfClasses = (columns: Columns) => {
  const actual = (columns.y_true ?? []).map(String)
  const labels = ['a', 'b', 'c']
  const raw = labels.map((label) =>
    numbersOf(columns[`u_${label}`]).map((u, row) => u + (actual[row] === label ? 0.3 : 0) + 0.01),
  )
  const sums = actual.map((_, row) => raw[0]![row]! + raw[1]![row]! + raw[2]![row]!)
  const answer = classProbabilityQuality(
    labels,
    raw.map((column) => column.map((value, row) => value / sums[row]!)),
    actual,
  )
  if (answer.status !== 'ok') return answer
  return {
    status: 'ok',
    roc_auc_ovr_per_class: answer.rocAuc,
    roc_auc_ovr_macro: answer.macroRocAuc,
    roc_auc_ovr_weighted: answer.weightedRocAuc,
    log_loss: answer.logLoss,
  }
}

const ranking: GoldenMethod = (columns, { params }) => {
  const positions = params.positions as number
  const referenceClickRate = Array.from({ length: positions }, (_, j) => 0.5 / (j + 1))
  const answer = rankingMetrics(numbersOf(columns.clicks), { positions, referenceClickRate })
  if (answer.status !== 'ok') return answer
  return {
    status: 'ok',
    ctr: answer.clickRate,
    ctr_by_position: answer.clickRateByPosition,
    mrr: answer.reciprocalRank,
    hit_rate_at_3: answer.hitRate,
    precision_at_3: answer.precision,
    ndcg: answer.ndcg,
    coec: answer.clicksOverExpected,
  }
}

export const REALISED_METHODS: Readonly<Record<string, GoldenMethod>> = {
  metrics_multiclass: (columns, golden) =>
    columns.gate ? decisionsOnClasses(columns, golden) : probabilitiesOfClasses(columns),
  metrics_ranking: ranking,
}
