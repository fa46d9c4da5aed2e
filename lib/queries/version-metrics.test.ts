import { describe, expect, it } from 'vitest'
import type { SliceWish } from '@/db/contracts/slice-records'
import { openTestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import { hour, judged } from '@/lib/alert/testing'
import type { Verdict } from '@/lib/domain/evaluation'
import type { Version } from '@/lib/domain/model'
import { listVersionMetrics, MAX_SLICE_SERIES } from '@/lib/queries/version-metrics'
import { AlertInstance } from '@/lib/services/alerts/alert-testing'

const COLUMNS = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const NAMES = Array.from({ length: 10 }, (_, i) => `slice ${i}`)

/** Slices of a version with a drift monitor for each column; the first columns are furthest beyond their limits. */
async function addSlices(
  { metadata }: Context,
  { id: versionId, modelId }: Version,
  names: readonly string[],
) {
  const wish: Omit<SliceWish, 'name'> = { modelId, conditions: [], createdMs: 0, createdBy: 'ada' }
  const [like] = await metadata.listMonitors(versionId)
  if (!like) throw new Error('no monitor')
  const { id: _, ...rest } = like
  for (const name of names) {
    const slice = await metadata.putSlice({ ...wish, name }, 10)
    const monitors = COLUMNS.map((column) => ({
      ...rest,
      column: { family: 'input' as const, name: column },
      slice: { id: slice.id, name },
    }))
    await metadata.addSliceMonitors(slice.id, monitors)
  }
}

async function judge({ metadata }: Context, version: Version, n: number, verdict: Verdict) {
  const window = hour(n)
  const monitors = [
    ...(await metadata.listMonitors(version.id)),
    ...(await metadata.listSliceMonitors(version.id)),
  ]
  const evaluations = monitors.map((monitor) => ({
    ...judged(monitor, verdict, window),
    value: 1 - 0.1 * COLUMNS.indexOf(monitor.column?.name ?? ''),
    limit: 0.2,
  }))
  const nothing = { settlesDueMs: null, states: [], alerts: [], events: [], notifications: [] }
  await metadata.commitVerdicts({ versionId: version.id, window, evaluations, ...nothing })
}

describe('what a scrape is told', () => {
  it('names each slice that is kept up with its worst columns, beside the version, and counts what it leaves out', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    const ctx = instance.context(hour(2).endMs)
    await addSlices(ctx, instance.version, ['EU', 'US'])
    await judge(ctx, instance.version, 0, 'ok')
    const { versions, leftOut } = await listVersionMetrics(ctx)
    expect(versions).toMatchObject([{ version: 'v7', slices: [{ slice: 'EU' }, { slice: 'US' }] }])
    const [eu] = versions[0]?.slices ?? []
    expect(eu?.verdicts).toEqual(new Map([['ok', 7]]))
    expect(eu?.values.map(({ column, value }) => `${column} ${value.toFixed(1)}`)).toEqual([
      'a 1.0',
      'b 0.9',
      'c 0.8',
      'd 0.7',
      'e 0.6',
    ])
    expect(versions[0]?.values).toHaveLength(2)
    // Two columns of each of two slices, with their limits.
    expect(leftOut).toBe(8)

    // One that is let go is not told any more, and is no part of the version's own.
    const [first] = await ctx.metadata.listSlices()
    await ctx.metadata.endSlice(first?.id ?? 0, 'ada', 1)
    const later = { ...ctx, nowMs: ctx.nowMs + 61_000 }
    const [left] = (await listVersionMetrics(later)).versions
    expect(left?.slices.map(({ slice }) => slice)).toEqual(['US'])
    expect(left?.values).toHaveLength(2)
    expect(left?.verdicts).toEqual(new Map([['ok', 2]]))
  })

  it('has room for so many slices, which take no place from versions; the oldest models keep theirs', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    const ctx = instance.context(hour(2).endMs)
    const costOfSlice = 1 + 2 * 5
    const models = Math.floor(MAX_SLICE_SERIES / costOfSlice / NAMES.length) + 2
    for (let i = 0; i < models; i++) {
      const { version } = await instance.addVersion(`m${i}`, 'v1', [{}])
      await addSlices(ctx, version, NAMES)
      await judge(ctx, version, 0, 'ok')
    }
    const { versions, leftOut } = await listVersionMetrics(ctx)
    expect(versions).toHaveLength(models + 1)
    const told = versions.flatMap(({ slices }) => slices)
    expect(told).toHaveLength(Math.floor(MAX_SLICE_SERIES / costOfSlice))
    expect(versions[1]?.slices).toHaveLength(10)
    expect(versions.at(-1)?.slices).toEqual([])
    const untold = models * NAMES.length - told.length
    expect(leftOut).toBe(untold * costOfSlice + models * NAMES.length * 2 * 2)
  })
})
