import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { ANONYMOUS } from '@/lib/access/principal'
import { isAppError } from '@/lib/domain/errors'
import { joinLabels } from '@/lib/services/labels/join-labels'
import { updateModel } from '@/lib/services/models/update-model'
import { activateProfile } from '@/lib/services/profiles/activate-profile'
import { profileFromRecords } from '@/lib/services/profiles/profile-from-records'
import { putProfile } from '@/lib/services/profiles/put-profile'
import { updateExpectations } from '@/lib/services/profiles/update-expectations'
import { summarise } from '@/lib/services/summaries/summarise'
import { NOW_MS, workerContext } from '@/lib/services/summaries/summary-testing'

async function* bodyOf(text: string, failing = false): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
  if (failing) throw new Error('the client went away')
}

const rows = Array.from({ length: 50 }, (_, i) => `${i / 3},${i % 2 ? 'a' : 'b'}`).join('\n')
const CSV = `amount,kind\n${rows}\n`

async function setUp() {
  const stores = await openTestStores()
  const tempDir = path.join(stores.dir, 'tmp')
  await mkdir(tempDir)
  const target = { model: 'm', version: 'v', tempDir }
  return { stores, ctx: workerContext(stores), target, tempDir }
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => (isAppError(error) ? (error.details.reason ?? error.code) : String(error)),
  )
}

describe('putting a profile', () => {
  it('stores a draft, activates it with monitors and columns, and supersedes it by the next', async () => {
    const { stores, ctx, target } = await setUp()
    await using _ = stores
    const { stored } = await putProfile(ctx, { ...target, body: bodyOf(CSV) })
    expect(stored).toMatchObject({ status: 'draft', revision: 1 })
    expect(await activateProfile(ctx, { profileId: stored.id })).toMatchObject({ status: 'active' })
    expect((await ctx.metadata.listMonitors(stored.versionId)).length).toBeGreaterThan(0)
    const columns = await ctx.metadata.listColumns(stored.versionId)
    expect(columns.map(({ name }) => name).sort()).toEqual(['amount', 'kind'])
    const next = await putProfile(ctx, { ...target, body: bodyOf(CSV), activate: true })
    expect(next.stored).toMatchObject({ status: 'active', revision: 2 })
    expect(await codeOf(activateProfile(ctx, { profileId: stored.id }))).toBe('conflict')
  })

  it('takes the JSON that the command line prints', async () => {
    const { stores, ctx, target } = await setUp()
    await using _ = stores
    const { stored } = await putProfile(ctx, { ...target, body: bodyOf(CSV) })
    const whole = await ctx.metadata.findProfile(stored.id)
    const again = await putProfile(ctx, { ...target, body: bodyOf(JSON.stringify(whole?.profile)) })
    expect(again.stored.profile.columns).toEqual(stored.profile.columns)
  })

  it('leaves no model, no version and no file behind when it fails', async () => {
    const { stores, ctx, target, tempDir } = await setUp()
    await using _ = stores
    expect(await codeOf(putProfile(ctx, { ...target, body: bodyOf('a,b\n1,2\n') }))).toBe('too_few_rows')
    expect(await codeOf(putProfile(ctx, { ...target, body: bodyOf(CSV, true) }))).toContain('went away')
    expect(await codeOf(putProfile(ctx, { ...target, model: 'a/b', body: bodyOf(CSV) }))).toBe('invalid')
    const nobody = { ...ctx, principal: ANONYMOUS }
    expect(await codeOf(putProfile(nobody, { ...target, body: bodyOf(CSV) }))).toBe('unauthorized')
    expect(await ctx.metadata.listModels()).toEqual([])
    expect(await readdir(tempDir)).toEqual([])
  })

  it('asks for confirmation when records already carry other features', async () => {
    const { stores, ctx, target } = await setUp()
    await using _ = stores
    await logRecords(stores, 40)
    await summarise(ctx)
    const { stored, difference } = await putProfile(ctx, { ...target, body: bodyOf(CSV) })
    expect(difference).toEqual({ onlyInRecords: ['weight'], onlyInReference: ['kind'] })
    expect(await codeOf(activateProfile(ctx, { profileId: stored.id }))).toBe('schema_differs')
    const active = await activateProfile(ctx, { profileId: stored.id, confirmDifferences: true })
    expect(active.status).toBe('active')
  })
})

describe('profiles from logged records', () => {
  it('are made of the first ones, with outputs apart from features', async () => {
    const { stores, ctx, target, tempDir } = await setUp()
    await using _ = stores
    await logRecords(stores, 60)
    await summarise(ctx)
    const { stored } = await profileFromRecords(ctx, { ...target, count: 40 })
    expect(stored.profile).toMatchObject({ rows: 40, problem: 'binary', source: { kind: 'records' } })
    expect(stored.profile.columns.map(({ family, name }) => `${family}:${name}`)).toEqual([
      'input:timestamp',
      'output:prediction',
      'input:amount',
      'input:weight',
    ])
    expect(await codeOf(profileFromRecords(ctx, { ...target, count: 10 }))).toBe('too_few_rows')
    expect(await readdir(tempDir)).toEqual([])
  })

  it('take the labels that came for them, and know the quality from them', async () => {
    const { stores, ctx, target } = await setUp()
    await using _ = stores
    const labels = Array.from({ length: 60 }, (_, i) => ({ id: `r${i}`, at: NOW_MS, y: i % 2 }))
    await logRecords(stores, 60)
    await stores.logWriter.append({
      receivedMs: NOW_MS,
      backfill: false,
      records: [],
      labels: [{ model: 'm', labels }],
      refusals: [],
      idempotency: null,
    })
    await summarise(ctx)
    await joinLabels(ctx)
    const { stored } = await profileFromRecords(ctx, { ...target, count: 60 })
    expect(stored.profile.columns.map(({ role }) => role)).toContain('label')
    expect(stored.profile.quality).not.toBeNull()
  })
})

describe('changing what is expected', () => {
  it('works on a draft, only with what fits the column, and not once it is active', async () => {
    const { stores, ctx, target } = await setUp()
    await using _ = stores
    const { stored } = await putProfile(ctx, { ...target, body: bodyOf(CSV) })
    const change = (column: string, expectations: unknown) =>
      updateExpectations(ctx, { profileId: stored.id, column, expectations })
    const range = [{ kind: 'range', min: 0, max: 5 }]
    const changed = await change('input:amount', range)
    expect(changed.profile.columns[0]?.expectations).toEqual(range)
    expect(await codeOf(change('kind', range))).toBe('invalid_expectations')
    expect(await codeOf(change('nope', range))).toBe('not_found')
    await activateProfile(ctx, { profileId: stored.id })
    expect(await codeOf(change('amount', range))).toBe('conflict')
  })

  it('changes the cadence of a model, and refuses a cadence that does not exist', async () => {
    const { stores, ctx, target } = await setUp()
    await using _ = stores
    await putProfile(ctx, { ...target, body: bodyOf(CSV), activate: true })
    const model = await updateModel(ctx, { model: 'm', change: { cadence: '1d' } })
    expect(model.settings.cadence).toBe('1d')
    expect(await codeOf(updateModel(ctx, { model: 'm', change: { cadence: '2d' as '1d' } }))).toBe('invalid')
    expect(await codeOf(updateModel(ctx, { model: 'x', change: {} }))).toBe('not_found')
  })
})

async function logRecords(stores: Awaited<ReturnType<typeof openTestStores>>, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    at: NOW_MS - 3_600_000 + i * 1_000,
    f: { amount: i / 3, weight: (i % 7) + 0.5 },
    p: i % 2,
  }))
  await stores.logWriter.append({
    receivedMs: NOW_MS,
    backfill: false,
    records: [{ model: 'm', version: 'v', records, indexes: records.map((_, i) => i) }],
    labels: [],
    refusals: [],
    idempotency: null,
  })
}
