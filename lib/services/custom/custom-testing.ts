/** Owns what tests of custom metrics share: saving a definition straight into the store, and recomputing it from the log. */
import type { NewCustomMetric } from '@/db/contracts/custom-records'
import { customSeries, NO_PROFILE } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { type CustomMetric, type ExpressionType, MAX_CUSTOM_METRICS } from '@/lib/domain/custom-metric'
import { readEventId } from '@/lib/domain/model-event'
import type { Scalar } from '@/lib/domain/record'
import { sideName } from '@/lib/domain/side-log'
import type { SliceCondition } from '@/lib/domain/slice'
import type { BucketLevel } from '@/lib/domain/time'
import { compileMetric, emptyOutcome } from '@/lib/expression/compile-metric'
import { createRecordReader } from '@/lib/expression/read-record'
import { decodeMerged, encodeSummary } from '@/lib/summary/codec'
import { CustomFold } from '@/lib/summary/custom'
import { sliceOfRecords } from '@/lib/summary/slice-filter'

/** Saves a definition of model `m` whose fields have these types. */
export async function define(
  ctx: Context,
  expression: string,
  fields: Readonly<Record<string, ExpressionType>>,
  change: Partial<NewCustomMetric> = {},
): Promise<CustomMetric> {
  const model = await ctx.metadata.registerModel('m', ctx.nowMs)
  const compiled = compileMetric(expression, new Map(Object.entries(fields)))
  const metric: NewCustomMetric = {
    modelId: model.id,
    name: expression,
    expression,
    aggregate: compiled.aggregate,
    fields: compiled.fields,
    unit: null,
    bad: 'both',
    baseline: 'trailing',
    fixedLimit: null,
    seriesId: null,
    isRemoved: false,
    createdMs: ctx.nowMs,
    createdBy: 'test',
    why: '',
    ...change,
  }
  return ctx.metadata.addCustomMetric(metric, 0, MAX_CUSTOM_METRICS, { added: [], changed: [] })
}

/** What is stored of a metric, merged over all time. @param series of a version, or of a slice of it */
export async function storedBytes(
  ctx: Context,
  { seriesId }: CustomMetric,
  series: number,
  level: BucketLevel,
): Promise<Uint8Array | null> {
  const stored = await ctx.series.read({
    versionId: series,
    profileId: NO_PROFILE,
    level,
    range: { startMs: 0, endMs: Number.MAX_SAFE_INTEGER },
    columnIds: [customSeries(seriesId)],
  })
  const merged = decodeMerged(stored.map(({ bytes }) => bytes))
  return merged && encodeSummary(merged)
}

/** The same from the log alone: every record, of a slice when there is one, with all the events that the log has of it. */
export async function recomputedBytes(
  ctx: Context,
  metric: CustomMetric,
  version: string,
  conditions: readonly SliceCondition[] = [],
): Promise<Uint8Array> {
  const compiled = compileMetric(metric.expression, new Map(Object.entries(metric.fields)))
  const read = createRecordReader(compiled.keys)
  const fold = new CustomFold(metric.aggregate)
  const blocks = await ctx.log.readRecords(null, 1_000_000)
  const had = new Map<string, Set<string>>()
  for (const { model, records } of blocks) {
    if (model !== sideName('events', 'm')) continue
    for (const { id } of records) {
      const { predictionId, event } = readEventId(id)
      had.set(predictionId, (had.get(predictionId) ?? new Set()).add(event))
    }
  }
  const outcome = emptyOutcome()
  for (const block of blocks) {
    if (block.model !== 'm' || block.version !== version) continue
    for (const record of sliceOfRecords(conditions, block.records)) {
      const values: (Scalar | undefined)[] = []
      read(record, had.get(record.id) ?? new Set(), values)
      compiled.evaluate(values, outcome)
      fold.add(outcome)
    }
  }
  return encodeSummary(fold.finish())
}
