import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sliceSeries } from '@/db/contracts/series-store'
import { openTestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import type { CustomMetric, ExpressionType } from '@/lib/domain/custom-metric'
import type { Version } from '@/lib/domain/model'
import { eventId } from '@/lib/domain/model-event'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { EVENTS_VERSION, sideName } from '@/lib/domain/side-log'
import { MAX_SLICES, type SliceCondition } from '@/lib/domain/slice'
import { HOUR_MS } from '@/lib/domain/time'
import { define, recomputedBytes, storedBytes } from '@/lib/services/custom/custom-testing'
import { rebuildCustoms } from '@/lib/services/custom/rebuild-customs'
import { summarise } from '@/lib/services/summaries/summarise'
import {
  append,
  drain,
  dyingSeries,
  NOW_MS,
  type TestStores,
  workerContext,
} from '@/lib/services/summaries/summary-testing'
import { encodeSummary } from '@/lib/summary/codec'
import { CustomFold } from '@/lib/summary/custom'

const FIELDS: Readonly<Record<string, ExpressionType>> = {
  'input:x': 'number',
  'input:weird "name"': 'text',
  'record:prediction': 'number',
  'record:latency': 'number',
  'event:click': 'boolean',
  'event:copy link': 'boolean',
}

const EXPRESSIONS = [
  'mean(x / 3 where prediction = 1)',
  'p95(latency)',
  'max(x)',
  'count()',
  `share(contains("weird ""name""", 'a'))`,
  'share(event.click)',
  'mean(if(event.click and event."copy link", x * 0.1, x / 7))',
  'p90(x where event.click or prediction = 0)',
  'sum(if(event."copy link", x, 0) where not event.click)',
]

async function sendEvents(stores: TestStores, events: readonly (readonly [string, string])[]): Promise<void> {
  const records = events.map(([id, name]): PredictionRecord => ({ id: eventId(id, name), at: NOW_MS, f: {} }))
  await stores.logWriter.append({
    receivedMs: NOW_MS,
    backfill: false,
    records: [
      { model: sideName('events', 'm'), version: EVENTS_VERSION, records, indexes: records.map((_, i) => i) },
    ],
    labels: [],
    refusals: [],
    idempotency: null,
  })
}

function recordOf(n: number, x: Scalar): PredictionRecord {
  const weird = n % 3 === 0 ? 'abc' : null
  const at = NOW_MS - (n % 40) * HOUR_MS - n
  const f = { x, ...(n % 4 === 0 ? {} : { 'weird "name"': weird }) }
  return { id: `r${n}`, at, f, p: n % 2, ...(n % 5 === 0 ? {} : { l: n * 1.7 }) }
}

/** The log a few blocks at a time, so that it is ahead of what a step has read. */
function inSmallSteps(ctx: Context, blocks: number): Context {
  const { log } = ctx
  const small = {
    readRecords: async (...[position]: Parameters<typeof log.readRecords>) =>
      (await log.readRecords(position, 1_000)).slice(0, blocks),
    readRecordsOf: async (...[model, version, position, until]: Parameters<typeof log.readRecordsOf>) =>
      (await log.readRecordsOf(model, version, position, until, 1_000)).slice(0, blocks),
  }
  return { ...ctx, log: Object.assign(Object.create(log), small) }
}

async function settle(ctx: Context): Promise<void> {
  await drain(() => summarise(ctx))
  await drain(() => rebuildCustoms(ctx))
  await drain(() => rebuildCustoms(ctx))
}

async function expectRecomputed(ctx: Context, metrics: readonly CustomMetric[]): Promise<void> {
  const model = await ctx.metadata.findModel('m')
  for (const version of model ? await ctx.metadata.listVersions(model.id) : []) {
    for (const metric of metrics) {
      const expected = await recomputedBytes(ctx, metric, version.name)
      for (const level of ['hour', 'day'] as const)
        expect([metric.name, await storedBytes(ctx, metric, version.id, level)]).toEqual([
          metric.name,
          expected,
        ])
      await expectSliced(ctx, metric, version)
    }
  }
}

async function expectSliced(ctx: Context, metric: CustomMetric, version: Version): Promise<void> {
  for (const { id, name, conditions } of await ctx.metadata.listSlices(metric.modelId)) {
    if (!metric.slices?.includes(name)) continue
    const expected = await recomputedBytes(ctx, metric, version.name, conditions)
    for (const level of ['hour', 'day'] as const) {
      const stored = await storedBytes(ctx, metric, sliceSeries(id, version.id), level)
      // A slice without a record has no summary.
      const found = stored ?? encodeSummary(new CustomFold(metric.aggregate).finish())
      expect([metric.name, name, found]).toEqual([metric.name, name, expected])
    }
  }
}

const SLICES: readonly (readonly [string, readonly SliceCondition[]])[] = [
  ['said yes', [{ on: 'output', name: 'prediction', op: 'in', values: ['1'] }]],
  ['odd <i>', [{ on: 'feature', name: 'weird "name"', op: 'missing' }]],
  ['large', [{ on: 'feature', name: 'x', op: 'range', atLeast: 0, below: null }]],
]

async function saveSlice(ctx: Context, which: number): Promise<void> {
  const model = await ctx.metadata.registerModel('m', ctx.nowMs)
  const [name, conditions] = SLICES[which] ?? ['', []]
  const by = { createdMs: NOW_MS, createdBy: 'ada' }
  if (name) await ctx.metadata.putSlice({ modelId: model.id, name, conditions, ...by }, MAX_SLICES)
}

describe('the series of a custom metric', () => {
  it('holds what was logged before it was defined, and what comes after', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    await append(stores, { records: Array.from({ length: 50 }, (_, n) => recordOf(n, n)) })
    await drain(() => summarise(ctx))
    await saveSlice(ctx, 0)
    const counted = { slices: ['said yes', 'large'] }
    const metrics = [
      await define(ctx, 'mean(x)', FIELDS, counted),
      await define(ctx, 'share(event.click)', FIELDS, counted),
    ]
    await saveSlice(ctx, 2)
    await append(stores, { records: Array.from({ length: 20 }, (_, n) => recordOf(100 + n, n)) })
    await append(stores, { version: 'v2', records: [recordOf(200, 'not a number')] })
    await settle(ctx)
    await sendEvents(stores, [
      ['r3', 'click'],
      ['r105', 'click'],
    ])
    await settle(ctx)
    await expectRecomputed(ctx, metrics)
  })

  it('is what the log gives to the byte, in whatever order all things come, and whatever dies when', async () => {
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant('records' as const), count: fc.integer({ min: 1, max: 12 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('events' as const),
          of: fc.array(
            fc.tuple(
              fc.integer({ min: 0, max: 60 }).map((n) => `r${n}`),
              fc.constantFrom('click', 'copy link', 'other'),
            ),
            { minLength: 1, maxLength: 10 },
          ),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('define' as const) }) },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constantFrom('summarise' as const, 'rebuild' as const, 'die' as const),
        }),
      },
    )
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom<Scalar>(null, 'text', 1),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 25 }),
        fc.array(value, { minLength: 7, maxLength: 7 }),
        async (steps, values) => {
          await using stores = await openTestStores({ nowMs: NOW_MS })
          const ctx = inSmallSteps(workerContext(stores), 2)
          const metrics: CustomMetric[] = []
          let n = 0
          for (const each of steps) {
            if (each.do === 'records') {
              const records = Array.from({ length: each.count }, () => recordOf(n++, values[n % 7] ?? null))
              await append(stores, { records, version: n % 3 === 0 ? 'v2' : 'v1' })
            } else if (each.do === 'events') await sendEvents(stores, each.of)
            else if (each.do === 'summarise') await summarise(ctx)
            else if (each.do === 'rebuild') await rebuildCustoms(ctx)
            else if (each.do === 'die') {
              const dying = { ...ctx, series: dyingSeries(ctx.series, n % 2) }
              await summarise(dying).catch(() => undefined)
              await rebuildCustoms(dying).catch(() => undefined)
            } else {
              const expression = EXPRESSIONS[metrics.length]
              if (!expression) continue
              // Named before some of them are saved, and all in one metric of three.
              const slices = SLICES.map(([name]) => name).slice(metrics.length % 3)
              metrics.push(await define(ctx, expression, FIELDS, { slices }))
              await saveSlice(ctx, metrics.length % 3)
            }
          }
          await settle(ctx)
          await expectRecomputed(workerContext(stores), metrics)
        },
      ),
      { numRuns: 12 },
    )
  }, 60_000)

  it('leaves out what cannot be computed, with the reason, and goes on with the others', async () => {
    await using stores = await openTestStores({ nowMs: NOW_MS })
    const ctx = workerContext(stores)
    const broken = await define(ctx, 'mean(x)', FIELDS, { name: 'broken' })
    // As a program that knows another language would have stored it.
    const { id: _id, revision: _revision, ...rest } = broken
    const bad = { ...rest, name: 'worse', expression: 'median(x)', seriesId: null }
    await ctx.metadata.addCustomMetric(bad, 0, 20, { added: [], changed: [] })
    const good = await define(ctx, 'sum(x / 0)', FIELDS)
    await append(stores, { records: [recordOf(1, 2), recordOf(2, 'text'), recordOf(4, null)] })
    await settle(ctx)
    await expectRecomputed(ctx, [broken, good])
  })
})
