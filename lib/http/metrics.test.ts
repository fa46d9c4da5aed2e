import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { METRICS } from '@/lib/domain/metric'
import { dashboardQueries, grafanaDashboard } from '@/lib/http/grafana-dashboard'
import { metricsText } from '@/lib/http/metrics-text'
import { startTestApi, type TestApi } from '@/lib/http/testing'
import type { MetricsSnapshot } from '@/lib/queries/metrics-snapshot'
import type { VersionMetrics } from '@/lib/queries/version-metrics'
import { createMeter, PROGRAM_VERSION } from '@/lib/runtime/meter'

const NOW_MS = Date.UTC(2026, 10, 17, 12)

const EMPTY: MetricsSnapshot = {
  nowMs: NOW_MS,
  worker: null,
  heartbeat: null,
  log: { bytes: 10, records: 2 },
  ingestLagMs: 0,
  due: { windows: 0, oldestMs: null },
  channels: [],
  queues: [],
  selfAlerts: [],
  versions: [],
  leftOut: 0,
}

function version(change: Partial<VersionMetrics> = {}): VersionMetrics {
  return {
    model: 'fraud',
    version: 'v7',
    mode: 'live',
    lastRecordMs: NOW_MS,
    windowEndMs: NOW_MS,
    verdicts: new Map([
      ['drift', 2],
      ['ok', 40],
    ]),
    values: [
      { metric: 'drift', family: 'input', column: 'amount', value: 0.31, limit: 0.2 },
      { metric: 'latency_p95', family: null, column: null, value: 250, limit: null },
      { metric: 'error_share', family: null, column: null, value: 0.01, limit: 0.05 },
    ],
    open: { critical: 0, warning: 1 },
    slices: [],
    ...change,
  }
}

const lines = async (snapshot: MetricsSnapshot) =>
  (await metricsText(snapshot, null)).split('\n').filter((line) => line !== '' && !line.startsWith('#'))

let api: TestApi | null = null
afterEach(async () => {
  await api?.[Symbol.asyncDispose]()
  api = null
})

describe('/metrics', () => {
  it('tells what models do in base units', async () => {
    expect(await lines({ ...EMPTY, versions: [version()] })).toEqual(
      expect.arrayContaining([
        'plumbline_column_drift{model="fraud",version="v7",column="amount",family="input"} 0.31',
        'plumbline_column_drift_limit{model="fraud",version="v7",column="amount",family="input"} 0.2',
        'plumbline_model_latency_p95_seconds{model="fraud",version="v7"} 0.25',
        'plumbline_model_error_ratio{model="fraud",version="v7"} 0.01',
        'plumbline_monitors{model="fraud",version="v7",verdict="drift"} 2',
        'plumbline_alerts_open{model="fraud",version="v7",severity="warning"} 1',
        `plumbline_model_last_record_timestamp_seconds{model="fraud",version="v7"} ${NOW_MS / 1_000}`,
      ]),
    )
  })

  it('tells what slices do under names of their own', async () => {
    const { verdicts, values } = version()
    const slices = [{ slice: 'EU', verdicts, values }]
    const found = await lines({ ...EMPTY, versions: [version({ slices })] })
    const labels = 'model="fraud",version="v7",slice="EU"'
    expect(found.filter((line) => line.includes('slice')).sort()).toEqual([
      `plumbline_slice_column_drift_limit{${labels},column="amount",family="input"} 0.2`,
      `plumbline_slice_column_drift{${labels},column="amount",family="input"} 0.31`,
      `plumbline_slice_error_ratio_limit{${labels}} 0.05`,
      `plumbline_slice_error_ratio{${labels}} 0.01`,
      `plumbline_slice_latency_p95_seconds{${labels}} 0.25`,
      `plumbline_slice_monitors{${labels},verdict="drift"} 2`,
      `plumbline_slice_monitors{${labels},verdict="ok"} 40`,
    ])
  })

  it('keeps hostile names inside their quotes', async () => {
    const name = 'a"} 1\nplumbline_evil{x="\\'
    const found = await lines({
      ...EMPTY,
      versions: [
        version({ model: name, slices: [{ slice: name, verdicts: new Map([['ok', 1]]), values: [] }] }),
      ],
    })
    for (const line of found) expect(line).toMatch(/^plumbline_[a-z_0-9]+(\{.*\})? \S+$/)
    expect(found.some((line) => line.startsWith('plumbline_evil'))).toBe(false)
    expect(found.join('\n')).toContain('model="a\\"} 1\\nplumbline_evil{x=\\"\\\\"')
  })

  it('names every metric as Prometheus wants names, each with one set of labels', async () => {
    const values = METRICS.map(({ id, scope }) => ({
      metric: id,
      family: scope === 'column' ? 'input' : null,
      column: scope === 'column' ? 'c' : null,
      value: 1,
      limit: 2,
    }))
    const text = await metricsText(
      { ...EMPTY, versions: [version({ values, slices: [{ slice: 's', verdicts: new Map(), values }] })] },
      { freeBytes: 1, totalBytes: 2 },
    )
    const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({
      name: name ?? '',
      type,
    }))
    expect(new Set(names.map(({ name }) => name)).size).toBe(names.length)
    for (const { name, type } of names) {
      expect(name).toMatch(/^plumbline_[a-z][a-z0-9_]*$/)
      expect(name).not.toMatch(/milliseconds|_ms\b|kilobytes|percent/)
      expect(name.endsWith('_total')).toBe(type === 'counter')
    }
  })

  it('lets others have their turn while it tells of many models', async () => {
    let turns = 0
    const count = () => {
      turns++
      turning = setImmediate(count)
    }
    let turning = setImmediate(count)
    await metricsText({ ...EMPTY, versions: Array.from({ length: 100 }, () => version()) }, null)
    clearImmediate(turning)
    expect(turns).toBeGreaterThan(100)
  })

  it('asks for the scope metrics, by Bearer or Basic, and such a key reads nothing else', async () => {
    api = await startTestApi(await openTestStores())
    const made = await api.fetch('/api/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'prometheus', scopes: ['metrics'] }),
    })
    const { secret } = (await made.json()) as { secret: string }
    const get = (target: string, authorization: string) => api?.fetch(target, { headers: { authorization } })
    const basic = `Basic ${Buffer.from(`prometheus:${secret}`).toString('base64')}`
    for (const authorization of [`Bearer ${secret}`, basic]) {
      const response = await get('/metrics', authorization)
      expect(response?.status).toBe(200)
      expect(response?.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
      expect(await response?.text()).toContain('plumbline_ingest_lag_seconds 0')
    }
    expect((await get('/api/v1/models', `Bearer ${secret}`))?.status).toBe(403)
    expect((await get('/metrics', 'Bearer plb_nobody'))?.status).toBe(401)
    expect(api.logged).toEqual([])
  })

  it('counts what the process does, under patterns and not under names', async () => {
    const meter = createMeter('1.2.3')
    meter.answered('/api/v1/models/{model}', 'GET', 200, 12)
    const text = await meter.text()
    expect(text).toContain(
      'plumbline_http_requests_total{route="/api/v1/models/{model}",method="GET",status="200"} 1',
    )
    expect(text).toContain('plumbline_build_info{version="1.2.3"')
    expect(text).toContain('process_cpu_seconds_total')
    const pack: unknown = JSON.parse(readFileSync(path.resolve(__dirname, '../../package.json'), 'utf8'))
    expect(pack).toMatchObject({ version: PROGRAM_VERSION })
  })
})

describe('change markers', () => {
  it('are made by a key that sends, read by one that reads, and taken back by an administrator', async () => {
    const given = await startTestApi(await openTestStores(), { nowMs: NOW_MS })
    api = given
    const post = (body: object) =>
      given.fetch('/api/v1/markers', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const made = await post({ kind: 'deploy', title: 'v8 goes live', model: 'fraud', version: 'v8' })
    expect(made.status).toBe(201)
    expect(await made.json()).toMatchObject({ at: '2026-11-17T12:00:00Z', created_by: expect.any(String) })
    await post({ kind: 'data', title: 'new currency table', at: '2026-11-16T10:00:00+01:00' })
    expect((await post({ kind: 'party', title: 'x' })).status).toBe(422)
    expect((await post({ kind: 'deploy', title: 'x', at: '1970-01-01T00:00:00Z' })).status).toBe(422)
    expect((await post({ kind: 'deploy', title: 'x', link: 'javascript:alert(1)' })).status).toBe(422)
    const list = async (query = '') => (await (await given.fetch(`/api/v1/markers${query}`)).json()).markers
    expect((await list()).map(({ title }: { title: string }) => title)).toEqual([
      'new currency table',
      'v8 goes live',
    ])
    expect(await list('?model=churn')).toHaveLength(1)
    const { id } = (await list('?model=fraud')).at(-1)
    expect((await given.fetch(`/api/v1/markers/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await list()).toHaveLength(1)
  })
})

describe('the dashboard', () => {
  it('asks for all models without naming them: one odd name would spoil every query', () => {
    expect(grafanaDashboard().templating.list).toMatchObject([{ name: 'model', allValue: '.*' }])
  })

  it('asks only for series that exist, and lies on a grid without overlaps', async () => {
    const values = METRICS.map(({ id, scope }) => ({
      metric: id,
      family: scope === 'column' ? 'input' : null,
      column: scope === 'column' ? 'c' : null,
      value: 1,
      limit: 2,
    }))
    const stage = { runs: 1, failures: 0, found: 1, seconds: 1, lastSuccessMs: 1 }
    const full: MetricsSnapshot = {
      ...EMPTY,
      worker: { atMs: 1, failing: {}, stages: { evaluate: stage } },
      channels: [
        {
          id: 1,
          name: 'pager',
          kind: 'webhook',
          enabled: true,
          createdMs: 0,
          host: 'h',
          settings: {},
          health: {
            lastSuccessMs: 1,
            lastFailureMs: 1,
            failuresInRow: 0,
            lastError: null,
            delivered: 1,
            failed: 1,
          },
        },
      ],
      selfAlerts: [{ kind: 'undeliverable', open: 1 }],
      versions: [version({ values, slices: [{ slice: 's', verdicts: new Map(), values }] })],
    }
    const meter = createMeter('x')
    meter.answered('/', 'GET', 200, 1)
    const text = (await metricsText(full, { freeBytes: 1, totalBytes: 1 })) + (await meter.text())
    const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name))
    for (const query of dashboardQueries())
      for (const [name] of query.matchAll(/plumbline_\w+/g))
        expect(known).toContain(name.replace(/_bucket$/, ''))
    const cells = new Set<string>()
    for (const panel of grafanaDashboard().panels as { gridPos: Record<'x' | 'y' | 'w' | 'h', number> }[]) {
      const { x, y, w, h } = panel.gridPos
      expect(x + w).toBeLessThanOrEqual(24)
      for (let i = x; i < x + w; i++)
        for (let j = y; j < y + h; j++) {
          expect(cells.has(`${i} ${j}`)).toBe(false)
          cells.add(`${i} ${j}`)
        }
    }
  })
})
