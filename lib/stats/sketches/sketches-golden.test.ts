import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Column, GoldenCase, GoldenFile } from '@/lib/stats/golden/case'
import { numbersOf } from '@/lib/stats/golden/columns'
import { differencesIn } from '@/lib/stats/golden/compare'
import { materialiseInputs } from '@/lib/stats/golden/materialise'
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
} from '@/lib/stats/sketches/hyperloglog'
import {
  addToSpaceSaving,
  emptySpaceSaving,
  mergeSpaceSavings,
  topItems,
} from '@/lib/stats/sketches/space-saving'

const folder = fileURLToPath(new URL('../../../../shared/reference/golden', import.meta.url))
const present = existsSync(folder)

type Method = (columns: Readonly<Record<string, Column>>, golden: GoldenCase) => Record<string, unknown>

const ddsketch: Method = (columns, { params, expected }) => {
  const values = numbersOf(columns.values)
  const half = Math.floor(values.length / 2)
  const [first, second] = [values.subarray(0, half), values.subarray(half)].map((part) => {
    const sketch = emptyDDSketch(params.alpha as number)
    for (const value of part) addToDDSketch(sketch, value)
    return sketch
  })
  const sketch = mergeDDSketches(first ?? emptyDDSketch(), second ?? emptyDDSketch())
  const quantiles: Record<string, number | null> = {}
  for (const p of Object.keys(expected.quantiles as object))
    quantiles[p] = ddSketchQuantile(sketch, Number(p))
  return {
    status: 'ok',
    quantiles,
    n: sketch.n,
    zero_count: sketch.zeroCount,
    positive_buckets: sketch.positive.size,
    negative_buckets: sketch.negative.size,
  }
}

const hyperloglog: Method = (_columns, { inputs, params }) => {
  const sketch = emptyHyperLogLog(params.p as number)
  for (let i = 0; i < (inputs.n as number); i++) addToHyperLogLog(sketch, `${inputs.prefix}${i}`)
  return {
    status: 'ok',
    estimate: estimateHyperLogLog(sketch),
    nonzero_registers: sketch.registers.filter((value) => value > 0).length,
    register_sum: sketch.registers.reduce((sum, value) => sum + value, 0),
    hash_of_first: hashText(`${inputs.prefix}0`),
  }
}

const spaceSaving: Method = (columns, { params }) => {
  const items = (columns.items ?? []).map(String)
  const half = params.merge_halves === true ? Math.floor(items.length / 2) : 0
  const parts = (half > 0 ? [items.slice(0, half), items.slice(half)] : [items]).map((part) => {
    const summary = emptySpaceSaving(params.capacity as number)
    for (const item of part) addToSpaceSaving(summary, item)
    return summary
  })
  const merged = parts.reduce(mergeSpaceSavings)
  return {
    status: 'ok',
    top: topItems(merged).map(({ label, count, error }) => [label, count, error]),
    n: merged.n,
  }
}

const METHODS: Readonly<Record<string, Method>> = { ddsketch, hyperloglog, space_saving: spaceSaving }

describe('sketches against their golden files', () => {
  for (const [name, method] of Object.entries(METHODS)) {
    it.skipIf(!present)(`${name} agrees with the reference implementation`, () => {
      const file = JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as GoldenFile
      for (const golden of file.cases) {
        const { columns, differing } = materialiseInputs(golden)
        expect(differing).toEqual([])
        expect(
          differencesIn(method(columns, golden), golden.expected, golden.tolerance ?? file.tolerance),
          golden.id,
        ).toEqual([])
      }
    })
  }
})
