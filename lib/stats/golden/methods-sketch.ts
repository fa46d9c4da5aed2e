/** Owns the golden methods of mergeable sketches. */

import type { GoldenMethod } from '@/lib/stats/golden/case'
import { numbersOf, presentOf } from '@/lib/stats/golden/columns'
import {
  addToDDSketch,
  ddSketchQuantile,
  emptyDDSketch,
  mergeDDSketches,
} from '@/lib/stats/sketches/ddsketch'
import {
  addToHyperLogLog,
  emptyHyperLogLog,
  estimateHyperLogLog,
  hashText,
  mergeHyperLogLogs,
} from '@/lib/stats/sketches/hyperloglog'
import {
  addToSpaceSaving,
  emptySpaceSaving,
  mergeSpaceSavings,
  topItems,
} from '@/lib/stats/sketches/space-saving'

const PROBABILITIES = ['0.0', '0.01', '0.25', '0.5', '0.75', '0.95', '0.99', '1.0']

const ddsketch: GoldenMethod = (columns, { params }) => {
  const values = numbersOf(columns.values)
  const halves = [emptyDDSketch(params.alpha as number), emptyDDSketch(params.alpha as number)] as const
  values.forEach((value, i) => {
    addToDDSketch(i < Math.floor(values.length / 2) ? halves[0] : halves[1], value)
  })
  const sketch = mergeDDSketches(...halves)
  return {
    status: 'ok',
    n: sketch.n,
    zero_count: sketch.zeroCount,
    positive_buckets: sketch.positive.size,
    negative_buckets: sketch.negative.size,
    quantiles: Object.fromEntries(PROBABILITIES.map((p) => [p, ddSketchQuantile(sketch, Number(p))])),
  }
}

const hyperloglog: GoldenMethod = (_, { id, inputs, params }) => {
  const [prefix, n, precision] = [inputs.prefix as string, inputs.n as number, params.p as number]
  const isMerge = id.endsWith('overlap-merge')
  const [left, right] = [emptyHyperLogLog(precision), emptyHyperLogLog(precision)]
  for (let i = 0; i < n; i++) {
    if (!isMerge || i < Math.floor((2 * n) / 3)) addToHyperLogLog(left, `${prefix}${i}`)
    if (isMerge && i >= Math.floor(n / 3)) addToHyperLogLog(right, `${prefix}${i}`)
  }
  const sketch = mergeHyperLogLogs(left, right)
  return {
    status: 'ok',
    estimate: estimateHyperLogLog(sketch),
    exact: n,
    nonzero_registers: sketch.registers.filter((value) => value > 0).length,
    register_sum: sketch.registers.reduce((sum, value) => sum + value, 0),
    hash_of_first: hashText(`${prefix}0`),
  }
}

const spaceSaving: GoldenMethod = (columns, { params }) => {
  const items = presentOf(columns.items).map(String)
  const capacity = params.capacity as number
  const halves = [emptySpaceSaving(capacity), emptySpaceSaving(capacity)] as const
  items.forEach((item, i) => {
    addToSpaceSaving(params.merge_halves && i >= Math.floor(items.length / 2) ? halves[1] : halves[0], item)
  })
  const summary = params.merge_halves ? mergeSpaceSavings(...halves) : halves[0]
  const top = topItems(summary).map(({ label, count, error }) => [label, count, error])
  return { status: 'ok', top, n: summary.n, max_error_bound: summary.n / capacity }
}

export const SKETCH_METHODS: Readonly<Record<string, GoldenMethod>> = {
  ddsketch,
  hyperloglog,
  space_saving: spaceSaving,
}
