import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import { ANONYMOUS } from '@/lib/access/principal'
import type { PredictionRecord } from '@/lib/domain/record'
import { type BucketLevel, DAY_MS, HOUR_MS } from '@/lib/domain/time'
import { putProfile } from '@/lib/services/profiles/put-profile'
import { sweepRetention } from '@/lib/services/retention/sweep-retention'
import { rebuildSummaries } from '@/lib/services/summaries/rebuild-summaries'
import { summarise } from '@/lib/services/summaries/summarise'
import {
  append,
  drain,
  NOW_MS,
  type TestStores,
  workerContext,
} from '@/lib/services/summaries/summary-testing'
import { evaluateDue } from '@/lib/services/verdicts/evaluate-due'

const EVER = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER }
/** Far older than everything that live traffic may be. */
const LONG_AGO_MS = NOW_MS - 1_500 * DAY_MS

/** Three hours of records whose `x` is far from the reference. */
function hoursOf(startMs: number, prefix: string): PredictionRecord[] {
  return Array.from({ length: 900 }, (_, i) => ({
    id: `${prefix}${i}`,
    at: startMs + Math.floor(i / 300) * HOUR_MS + (i % 300) * 1_000,
    f: { x: 500 + (i % 100) },
    p: i % 2,
  }))
}

async function* reference(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(
    `x,prediction\n${Array.from({ length: 2_000 }, (_, i) => `${i % 100},${i % 2}`).join('\n')}\n`,
  )
}

/** What the worker does in one round, at an instant. */
async function work(ctx: Context): Promise<void> {
  await drain(() => summarise(ctx))
  await drain(() => rebuildSummaries(ctx))
  while ((await evaluateDue(ctx, 50)) > 0);
}

/** One profile, three live hours of today and three back-filled ones of long ago, judged. */
async function setUp() {
  const stores = await openTestStores()
  const at = (days: number) => workerContext(stores, { nowMs: NOW_MS + days * DAY_MS })
  const put = { model: 'm', version: 'v1', body: reference(), activate: true, tempDir: stores.dir }
  const { stored } = await putProfile(at(0), put)
  await append(stores, { records: hoursOf(NOW_MS, 'live'), receivedMs: NOW_MS + 4 * HOUR_MS })
  await append(stores, {
    records: hoursOf(LONG_AGO_MS, 'old'),
    receivedMs: NOW_MS + 4 * HOUR_MS,
    backfill: true,
  })
  await work(at(1))
  const starts = (level: BucketLevel) =>
    stores.series.listStarts({ versionId: stored.versionId, level, range: EVER, limit: 1_000 })
  const windows = async () => {
    const rows = await stores.metadata.listEvaluations({
      versionIds: [stored.versionId],
      metric: 'drift',
      range: EVER,
      limit: 10_000,
      withDetail: false,
    })
    const old = rows.filter(({ windowStartMs }) => windowStartMs < NOW_MS - DAY_MS).length
    return { old: old > 0, live: rows.length > old }
  }
  return { stores, at, starts, windows }
}

const serverAt = (stores: TestStores, ctx: Context): Context => ({ ...ctx, logWriter: stores.logWriter })

describe('sweepRetention', () => {
  it('forgets minutes, hours, days and verdicts each after their time, counted from arrival', async () => {
    const { stores, at, starts, windows } = await setUp()
    await using _ = stores
    const alerts = await stores.metadata.listAlerts({ limit: 10 })
    expect(alerts.length).toBeGreaterThan(0)
    await sweepRetention(at(1))
    expect((await starts('minute')).length).toBeGreaterThan(0)
    expect(await starts('hour')).toHaveLength(6)
    expect(await windows()).toEqual({ old: true, live: true })

    await sweepRetention(at(4))
    expect(await starts('minute')).toEqual([])
    expect(await starts('hour')).toHaveLength(6)

    await sweepRetention(at(125))
    expect(await starts('hour')).toEqual([])
    expect(await starts('day')).toHaveLength(2)
    expect(await windows()).toEqual({ old: true, live: true })
    // Alerts outlive what they were raised from, and judging goes on beside them.
    expect(await stores.metadata.listAlerts({ limit: 10 })).toHaveLength(alerts.length)
    await work(at(125))

    await sweepRetention(at(735))
    expect(await starts('day')).toEqual([])
    expect(await windows()).toEqual({ old: false, live: false })
    expect(await stores.metadata.listAlerts({ limit: 10 })).toHaveLength(alerts.length)
    expect(await sweepRetention(at(735))).toBe(0)
  })

  it('drops whole day files of the log after the retention, in the process that owns them', async () => {
    const { stores, at } = await setUp()
    await using _ = stores
    const days = async () =>
      (await readdir(path.join(stores.dir, 'log'))).filter((name) => name.endsWith('.db'))
    await append(stores, { records: hoursOf(NOW_MS + 31 * DAY_MS, 'next'), receivedMs: NOW_MS + 31 * DAY_MS })
    await sweepRetention(serverAt(stores, at(30)))
    expect(await days()).toHaveLength(2)
    await sweepRetention(at(32))
    expect(await days()).toHaveLength(2)
    expect(await sweepRetention(serverAt(stores, at(32)))).toBe(1)
    expect(await days()).toHaveLength(1)
    // The worker reads on behind the gap, and what was summarised stays.
    await work(at(32))
    expect(await stores.log.findRecords('m', ['live0'])).toEqual(new Map())
    expect((await stores.log.findRecords('m', ['next0'])).size).toBe(1)
  })

  it('is for the system and administrators', async () => {
    const { stores, at } = await setUp()
    await using _ = stores
    await expect(sweepRetention({ ...at(0), principal: ANONYMOUS })).rejects.toThrow()
  })
})
