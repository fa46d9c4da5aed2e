import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, vi } from 'vitest'
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import { openTestStores, type TestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import { main } from '@/lib/cli/replay'
import type { PredictionRecord } from '@/lib/domain/record'
import { DAY_MS, HOUR_MS } from '@/lib/domain/time'
import { RULE } from '@/lib/monitor/basis'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { columnProfile, normals, storedProfile } from '@/lib/monitor/testing'
import { replayEvaluation } from '@/lib/queries/replay-evaluation'
import { joinLabels } from '@/lib/services/labels/join-labels'
import { summarise } from '@/lib/services/summaries/summarise'
import { append, drain, NOW_MS, workerContext } from '@/lib/services/summaries/summary-testing'
import { evaluateDue } from '@/lib/services/verdicts/evaluate-due'

const rows = 4_000
const profile = storedProfile(
  [
    columnProfile('Income', normals(rows, 50, 10, 1)),
    columnProfile('Age', normals(rows, 40, 12, 2)),
    columnProfile(
      'Region',
      Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? 'north' : 'south')),
    ),
    columnProfile(
      'prediction',
      Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? 'yes' : 'no')),
      { family: 'output', role: 'prediction' },
    ),
  ],
  { classes: ['no', 'yes'], positiveClass: 'yes' },
).profile

async function activated(ctx: Context): Promise<number> {
  const { version } = await ctx.metadata.registerVersion('m', 'v1', ctx.nowMs)
  const stored = await ctx.metadata.addProfile(version.id, profile, ctx.nowMs)
  await ctx.metadata.activateProfile(stored.id, createMonitors(version, stored), ctx.nowMs)
  return version.id
}

/** Records of an hour; every other one loses its age when asked. */
function hourOf(hoursAgo: number, change: { n?: number; mean?: number; missing?: boolean } = {}) {
  const { n = 900 + 13 * hoursAgo, mean = 50, missing = false } = change
  const startMs = NOW_MS - hoursAgo * HOUR_MS
  const ages = normals(n, 40, 12, 70 + hoursAgo)
  return normals(n, mean, 10, 1_000 + hoursAgo + mean).map((Income, i): PredictionRecord => {
    const f = {
      Income,
      Age: missing && i % 2 === 0 ? null : (ages[i] ?? 0),
      Region: i % 3 === 0 ? 'north' : 'south',
    }
    const at = startMs + Math.floor((i * HOUR_MS) / n)
    return {
      id: `${hoursAgo}-${mean}-${i}`,
      at,
      f,
      p: i % 2 === 0 ? 'yes' : 'no',
      l: 20 + (i % 17) + hoursAgo,
    }
  })
}

const labelsOf = (records: readonly PredictionRecord[], atMs: number) =>
  records.map(({ id }, i) => ({ id, at: atMs, y: i % 5 === 0 ? 'no' : 'yes' }))

/** Nine hours of history, eleven live ones with a drift, lost ages and labels, one hour of them revised by late records. */
async function judgedDay(stores: TestStores, ctx: Context): Promise<void> {
  const settle = async (at: Context) => {
    await drain(() => summarise(at))
    await drain(() => joinLabels(at))
    for (let round = 0; round < 20 && (await evaluateDue(at, 1_000)) > 0; round++);
  }
  const history = Array.from({ length: 9 }, (_, i) => hourOf(60 - i))
  for (const records of history) await append(stores, { records, backfill: true })
  await settle({ ...ctx, nowMs: NOW_MS + 5_000 })
  for (let hoursAgo = 13; hoursAgo >= 3; hoursAgo--) {
    const nowMs = NOW_MS - hoursAgo * HOUR_MS + 2 * HOUR_MS
    const records = hourOf(hoursAgo, { mean: hoursAgo < 7 ? 55 : 50, missing: hoursAgo === 8 })
    await append(stores, { records, receivedMs: nowMs })
    const labels = labelsOf(records, nowMs).slice(0, hoursAgo < 5 ? 20 : 700)
    await append(stores, { labels, receivedMs: nowMs })
    await settle({ ...ctx, nowMs })
  }
  await append(stores, { records: hourOf(9, { mean: 52 }), receivedMs: NOW_MS })
  await settle({ ...ctx, nowMs: NOW_MS + HOUR_MS })
}

function listAll(ctx: Context, versionId: number): Promise<EvaluationRow[]> {
  const range = { startMs: 0, endMs: NOW_MS + DAY_MS }
  return ctx.metadata.listEvaluations({ versionIds: [versionId], range, limit: 10_000, withDetail: true })
}

describe('judging a stored evaluation again', { timeout: 180_000 }, () => {
  it('reproduces every evaluation of history, of live windows, and of a revised one, bit for bit', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores, { sampleRows: 200 })
    const versionId = await activated(ctx)
    await judgedDay(stores, ctx)
    const all = await listAll(ctx, versionId)
    expect(new Set(all.map(({ verdict }) => verdict)).size).toBeGreaterThan(3)
    expect(all.some(({ revision }) => revision > 1)).toBe(true)
    expect(all.filter(({ metric }) => metric === 'label_coverage').length).toBeGreaterThan(8)
    // What earlier windows gave may have changed since by late records: those say so, all others are the same.
    const late = NOW_MS - 9 * HOUR_MS
    const windows = [...new Set(all.map(({ windowStartMs }) => windowStartMs))]
    const isLooked = (row: EvaluationRow) => windows.indexOf(row.windowStartMs) % 3 === 0 || row.revision > 1
    const looked = all.filter(isLooked)
    expect(looked.length).toBeGreaterThan(120)
    for (const row of looked) {
      const { differences, notes } = await replayEvaluation(ctx, row.id)
      const isAfterLate = row.detail.basis?.earlier !== undefined && row.windowStartMs > late
      if (differences.length > 0 && isAfterLate) {
        expect(notes.join(' ')).toContain('Earlier windows gave other numbers')
      } else {
        expect({ row, differences }).toEqual({ row, differences: [] })
      }
    }
    // The judgement that the late records replaced, and one under settings that were changed since.
    const revised = all.find(({ revision, metric }) => revision > 1 && metric === 'drift')
    const [first] = revised ? await ctx.metadata.listRevisions(revised.monitorId, revised.windowStartMs) : []
    const replay = await replayEvaluation(ctx, first?.id ?? 0)
    expect(replay.differences.map(({ field }) => field)).toContain('n')
    expect(replay.notes.join(' ')).toMatch(/Revision 2 replaced it .*values now; .* were judged\./s)
  })

  it('takes settings, floors and the profile as they were', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const versionId = await activated(ctx)
    await append(stores, { records: hourOf(4, { mean: 54 }) })
    await drain(() => summarise(ctx))
    await evaluateDue(ctx, 100)
    const rowsThen = await listAll(ctx, versionId)
    const model = await ctx.metadata.findModel('m')
    if (!model) throw new Error('no model')
    await ctx.metadata.updateModelSettings(model.id, {
      ...model.settings,
      cadence: '1d',
      falseAlarmBudget: 0.1,
    })
    for (const { id } of await ctx.metadata.listMonitors(versionId)) {
      await ctx.metadata.updateMonitor(id, { effectFloor: 0.7, enabled: false })
    }
    const next = await ctx.metadata.addProfile(versionId, profile, ctx.nowMs)
    const version = await ctx.metadata.findVersionById(versionId)
    if (!version) throw new Error('no version')
    await ctx.metadata.activateProfile(next.id, createMonitors(version, next), ctx.nowMs)
    expect(rowsThen.length).toBeGreaterThan(8)
    for (const row of rowsThen) {
      const { differences } = await replayEvaluation(ctx, row.id)
      expect({ row, differences }).toEqual({ row, differences: [] })
    }
  })

  it('shows what was tampered with, on the command line too, beside the server that owns the folder', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const versionId = await activated(ctx)
    await append(stores, { records: hourOf(4) })
    await drain(() => summarise(ctx))
    await evaluateDue(ctx, 100)
    const drift = (await listAll(ctx, versionId)).find(
      ({ metric, column }) => metric === 'drift' && column?.name === 'Income',
    )
    const id = drift?.id ?? 0
    const lines: string[] = []
    vi.stubEnv('PLUMBLINE_DATA_DIR', stores.dir)
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
    const said = async (...argv: string[]) => {
      lines.length = 0
      return { code: await main(argv), text: lines.join('\n') }
    }
    try {
      expect(await said(String(id))).toMatchObject({ code: 0, text: expect.stringContaining('Identical') })
      const db = new Database(path.join(stores.dir, 'plumbline.db'))
      const tamper = (sql: string) => db.prepare(sql).run(id)
      tamper('UPDATE evaluation SET value = value + 1e-15 WHERE id = ?')
      const value = await said(String(id))
      expect(value.code).toBe(1)
      expect(value.text).toMatch(/^value .* differs$/m)
      expect(value.text).toContain('Nothing explains it')
      tamper('UPDATE evaluation SET value = value - 1e-15 WHERE id = ?')
      tamper(
        `UPDATE evaluation_detail SET detail = json_set(detail, '$.bins.current[3]', 0.5) WHERE evaluation_id = ?`,
      )
      expect((await said(String(id))).text).toMatch(/bins\.current\.3 +0\.5 +0\.\d+ +differs/)
      tamper(
        `UPDATE evaluation_detail SET detail = json_set(detail, '$.basis.rule', '0') WHERE evaluation_id = ?`,
      )
      expect((await said(String(id))).text).toContain(
        `It was judged by rule 0; this program has rule ${RULE}.`,
      )
      db.close()
      expect(await said('999999')).toEqual({ code: 2, text: 'There is no evaluation 999999.' })
      expect((await said('twelve')).code).toBe(2)
      vi.stubEnv('PLUMBLINE_DATA_DIR', path.join(stores.dir, 'elsewhere'))
      expect((await said(String(id))).code).toBe(2)
    } finally {
      vi.unstubAllEnvs()
      vi.restoreAllMocks()
    }
  })

  it('says when the summaries are no longer kept, or hold other records', async () => {
    await using stores = await openTestStores()
    const ctx = workerContext(stores)
    const versionId = await activated(ctx)
    await append(stores, { records: hourOf(4) })
    await drain(() => summarise(ctx))
    await evaluateDue(ctx, 100)
    const drift = (await listAll(ctx, versionId)).find(({ metric }) => metric === 'drift')
    await append(stores, { records: hourOf(4, { mean: 51 }) })
    await drain(() => summarise(ctx))
    const late = await replayEvaluation(ctx, drift?.id ?? 0)
    expect(late.notes.join(' ')).toMatch(/waits to be judged again.*values now/s)
    const version = await ctx.metadata.findVersionById(versionId)
    await ctx.series.clear(versionId, version?.profileId ?? 0)
    const gone = await replayEvaluation(ctx, drift?.id ?? 0)
    expect(gone.notes.join(' ')).toContain('They are no longer kept.')
    expect(gone.replayed?.verdict).toBe('no_data')
  })
})
