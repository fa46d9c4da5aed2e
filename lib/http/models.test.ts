import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { HOUR_MS, toRfc3339 } from '@/lib/domain/time'
import { EvaluationSchema, JudgedRangeSchema } from '@/lib/http/schemas'
import { startTestApi, type TestApi } from '@/lib/http/testing'

const START_MS = Date.UTC(2026, 5, 1)
const WINDOWS = 12

let api: TestApi
let monitors = 0
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
  const csv = `age,=region,prediction\n${Array.from({ length: 200 }, (_, i) => `${20 + (i % 50)},${i % 3 ? 'EU' : 'US'},${i % 2}`).join('\n')}\n`
  const put = await api.fetch('/api/v1/models/income/versions/v%201/profile?activate=1', {
    method: 'PUT',
    body: csv,
  })
  expect(put.status).toBe(200)
  const { metadata } = api.stores
  const model = await metadata.findModel('income')
  const version = await metadata.findVersion(model?.id ?? 0, 'v 1')
  const versionId = version?.id ?? 0
  const all = await metadata.listMonitors(versionId)
  monitors = all.length
  for (let i = 0; i < WINDOWS; i++) {
    const window = { startMs: START_MS + i * HOUR_MS, endMs: START_MS + (i + 1) * HOUR_MS }
    await metadata.commitVerdicts({
      versionId,
      window,
      settlesDueMs: null,
      evaluations: all.map((monitor) => ({
        versionId,
        monitorId: monitor.id,
        windowStartMs: window.startMs,
        windowEndMs: window.endMs,
        verdict: i === WINDOWS - 1 && monitor.metric === 'drift' ? 'drift' : 'ok',
        value: i / 10,
        limit: 0.5,
        n: 100,
        nReference: 200,
        pValue: 0.25,
        pCorrected: 0.5,
        reason: `Window ${i}, "quoted"`,
        historical: false,
        evaluatedMs: window.endMs,
        detail: { neededN: 7 },
      })),
      states: [],
      alerts: [],
      events: [],
      notifications: [],
    })
  }
})
afterAll(() => api[Symbol.asyncDispose]())

const PATH = '/api/v1/models/income/evaluations'
const get = async (query: string) => {
  const response = await api.fetch(`${PATH}?${query}`)
  return { status: response.status, body: await response.json() }
}

describe('GET evaluations', () => {
  it('gives every evaluation once, page by page, in order of time', async () => {
    const seen: number[] = []
    let starts: string[] = []
    let cursor = ''
    do {
      const { body } = await get(`limit=17${cursor}`)
      for (const row of body.evaluations) EvaluationSchema.strict().parse(row)
      seen.push(...body.evaluations.map((row: { id: number }) => row.id))
      starts = [...starts, ...body.evaluations.map((row: { window_start: string }) => row.window_start)]
      cursor = body.next === null ? '' : `&cursor=${body.next}`
    } while (cursor !== '')
    expect(new Set(seen).size).toBe(WINDOWS * monitors)
    expect(starts).toEqual([...starts].sort())
  })

  it('narrows by version, column, metric and time', async () => {
    const from = START_MS + 2 * HOUR_MS
    const { body } = await get(
      `version=v%201&column=age&metric=drift&from=${toRfc3339(from)}&to=${from + 3 * HOUR_MS}`,
    )
    expect(body.evaluations).toHaveLength(3)
    expect(body.evaluations[0]).toMatchObject({
      column: 'age',
      family: 'input',
      metric: 'drift',
      version: 'v 1',
      window_start: toRfc3339(from),
    })
    expect(body.evaluations[0].detail).toBeUndefined()
    expect((await get('column=input:age&metric=drift&limit=1&detail=1')).body.evaluations[0].detail).toEqual({
      neededN: 7,
    })
  })

  it('writes CSV that no spreadsheet runs', async () => {
    const response = await api.fetch(`${PATH}?format=csv`)
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const lines = (await response.text()).trimEnd().split('\r\n')
    expect(lines).toHaveLength(1 + WINDOWS * monitors)
    expect(lines[0]).toMatch(/^id,version,metric,column,family,window_start/)
    expect(lines.join('\n')).toContain(`"Window 0, ""quoted"""`)
    expect(lines.some((line) => line.includes(",'=region,"))).toBe(true)
    expect(lines.some((line) => line.includes(',=region,'))).toBe(false)
  })

  it.each([
    ['version=v9', 404],
    ['column=nope', 404],
    ['limit=0', 422],
    ['limit=5001', 422],
    ['limit=x', 422],
    ['from=yesterday', 422],
    ['cursor=abc', 422],
    ['format=xml', 422],
  ])('answers %s with %i', async (query, status) => {
    expect((await get(query)).status).toBe(status)
  })

  it('tells how columns stand, by their newest window', async () => {
    const { columns } = await (await api.fetch('/api/v1/models/income/columns')).json()
    expect(columns).toContainEqual(
      expect.objectContaining({ column: 'age', verdict: 'drift', metric: 'drift', value: 1.1 }),
    )
  })

  it('computes a verdict on demand, in the shape that is documented, and knows only slices that there are', async () => {
    const path = '/api/v1/models/income/verdict'
    const span = `from=${START_MS}&to=${START_MS + 2 * HOUR_MS}&step=1h`
    const response = await api.fetch(`${path}?${span}`)
    expect(response.status).toBe(200)
    const body = JudgedRangeSchema.parse(await response.json())
    expect(body).toMatchObject({ version: 'v 1', slice: null, windows: [{}, {}] })
    expect((await api.fetch(`${path}?${span}&slice=nobody`)).status).toBe(404)
    const conditions = [{ on: 'feature', name: 'age', op: 'range', below: 30 }]
    const put = await api.fetch('/api/v1/models/income/slices', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'a/b "c"', conditions }),
    })
    expect(put.status).toBe(200)
    // The worker has not read its records yet.
    const early = await api.fetch(`${path}?${span}&slice=${encodeURIComponent('a/b "c"')}`)
    expect(early.status).toBe(409)
    expect(await early.json()).toMatchObject({ code: 'not_ready' })
  })

  it('answers for an unknown model with 404', async () => {
    expect((await api.fetch('/api/v1/models/nope/evaluations')).status).toBe(404)
  })
})
