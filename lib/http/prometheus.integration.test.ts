import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour, judged } from '@/lib/alert/testing'
import { type Running, startOther } from '@/lib/channels/testing-program'
import { dashboardQueries } from '@/lib/http/grafana-dashboard'
import { startTestApi, type TestApi } from '@/lib/http/testing'
import { AlertInstance } from '@/lib/services/alerts/alert-testing'
import { ensureDebianPackages, findDebianProgram } from '@/scripts/debian-packages.mjs'

const [isThere] = await ensureDebianPackages(['prometheus'])

let api: TestApi
let dir = ''
let program: Running | null = null
let url = ''

async function eventually<T>(ask: () => Promise<T | null>, limitMs = 30_000): Promise<T> {
  const endMs = Date.now() + limitMs
  for (;;) {
    const answer = await ask().catch(() => null)
    if (answer !== null) return answer
    if (Date.now() > endMs) throw new Error('It did not happen in time.')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

interface Answer {
  readonly status: string
  readonly data: {
    readonly result: { readonly metric: Record<string, string>; readonly value: [number, string] }[]
  }
}

async function query(expr: string): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr })}`)
  return (await response.json()) as Answer
}

beforeAll(async () => {
  const found = isThere ? findDebianProgram('prometheus') : null
  if (!found) return
  const instance = await AlertInstance.open(openTestStores)
  const { log, logWriter, series, metadata } = instance.stores
  await instance.judge(0, ['drift', 'ok'])
  await instance.judge(1, ['drift', 'ok'])
  const { id: versionId, modelId } = instance.version
  const wish = { modelId, name: 'EU "west"', conditions: [], createdMs: 0, createdBy: 'ada' }
  const slice = await metadata.putSlice(wish, 10)
  const [like] = await metadata.listMonitors(versionId)
  if (!like) throw new Error('no monitor')
  const { id: _, ...monitor } = like
  await metadata.addSliceMonitors(slice.id, [{ ...monitor, slice: { id: slice.id, name: slice.name } }])
  const evaluations = (await metadata.listSliceMonitors(versionId)).map((one) =>
    judged(one, 'severe', hour(1)),
  )
  const nothing = { settlesDueMs: null, states: [], alerts: [], events: [], notifications: [] }
  await metadata.commitVerdicts({ versionId, window: hour(1), evaluations, ...nothing })
  const dispose = () => instance[Symbol.asyncDispose]()
  api = await startTestApi({ log, logWriter, series, metadata, [Symbol.asyncDispose]: dispose })
  const made = await api.fetch('/api/v1/keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'prometheus', scopes: ['metrics'] }),
  })
  const { secret } = (await made.json()) as { secret: string }
  dir = await mkdtemp(join(tmpdir(), 'plumbline-prometheus-'))
  await writeFile(
    join(dir, 'rules.yml'),
    `groups:
  - name: plumbline
    interval: 1s
    rules:
      - alert: ColumnDrifts
        expr: plumbline_column_drift > plumbline_column_drift_limit
      - alert: PlumblineLags
        expr: plumbline_evaluation_lag_seconds > 900
`,
  )
  await writeFile(
    join(dir, 'prometheus.yml'),
    `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
  - job_name: plumbline
    basic_auth: { username: prometheus, password: '${secret}' }
    static_configs: [{ targets: ['127.0.0.1:${api.port}'] }]
`,
  )
  const flags = (port: number) => [
    `--config.file=${join(dir, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  program = await startOther(found, flags, '/-/ready')
  url = program.url
}, 200_000)

afterAll(async () => {
  await program?.stop()
  await api?.[Symbol.asyncDispose]()
  if (dir) await rm(dir, { recursive: true, force: true })
})

describe.skipIf(!isThere)('Debian’s Prometheus', () => {
  it('scrapes with a key that may do nothing else, and its rules see our series', async () => {
    const up = await eventually(async () => {
      const { data } = await query('up{job="plumbline"} == 1')
      return data.result[0] ?? null
    })
    expect(up.value[1]).toBe('1')
    const drift = await eventually(async () => (await query('plumbline_column_drift')).data.result[0] ?? null)
    expect(drift).toMatchObject({
      metric: { model: 'fraud', version: 'v7', column: 'c1', family: 'input', job: 'plumbline' },
      value: [expect.any(Number), '0.31'],
    })
    expect((await query('plumbline_monitors{verdict="drift"}')).data.result[0]?.value[1]).toBe('1')
    const ofSlice = { model: 'fraud', version: 'v7', slice: 'EU "west"' }
    const [severe] = (await query('plumbline_slice_monitors{verdict="severe"}')).data.result
    expect(severe).toMatchObject({ metric: ofSlice, value: [expect.any(Number), '1'] })
    const [beyond] = (await query('plumbline_slice_column_drift > plumbline_slice_column_drift_limit')).data
      .result
    expect(beyond?.metric).toMatchObject({ ...ofSlice, column: 'c1', family: 'input' })
    const firing = await eventually(async () => {
      const { data } = await query('ALERTS{alertname="ColumnDrifts",alertstate="firing"}')
      return data.result[0] ?? null
    })
    expect(firing.metric).toMatchObject({ model: 'fraud', column: 'c1' })
    expect((await query('ALERTS{alertname="PlumblineLags"}')).data.result).toEqual([])
  })

  it('can answer every question of the dashboard', async () => {
    for (const expr of dashboardQueries()) {
      const { status } = await query(expr.replaceAll('$model', '.*'))
      expect(`${expr}: ${status}`).toBe(`${expr}: success`)
    }
  })

  it('finds nothing wrong with what it reads', async () => {
    const response = await fetch(`${url}/api/v1/targets`)
    const { data } = (await response.json()) as {
      data: { activeTargets: { health: string; lastError: string }[] }
    }
    expect(data.activeTargets.map(({ health, lastError }) => ({ health, lastError }))).toEqual([
      { health: 'up', lastError: '' },
    ])
  })
})
