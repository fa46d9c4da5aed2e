import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiClient } from '@/lib/cli/api-client'
import { importFiles } from '@/lib/cli/import'
import type { ImportSummary } from '@/lib/cli/import-summary'
import { startServer, type TestServer } from '@/lib/runtime/testing'

const DATA = path.resolve('../shared/datasets/california_housing')
const hasData = existsSync(DATA)
const SPAN = 'from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z&limit=5000'

type Row = Record<string, string>
interface Evaluation {
  readonly window_start: string
  readonly column: string | null
  readonly value: number | null
  readonly verdict: string
  readonly detail: { readonly interval?: [number, number]; readonly also?: Record<string, number> }
}

let server: TestServer
let folder: string
beforeAll(async () => {
  if (!hasData) console.log(`the data sets are absent (${DATA}): their tests are skipped`)
  folder = await mkdtemp(path.join(tmpdir(), 'plumbline-test-'))
  server = await startServer()
})
afterAll(async () => {
  await server?.dispose()
  await rm(folder, { recursive: true, force: true })
})

async function readTable(file: string): Promise<Row[]> {
  const bytes = await readFile(path.join(DATA, file))
  return parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true })
}

async function evaluations(model: string, filter: string): Promise<Evaluation[]> {
  const response = await server.fetch(
    `/api/v1/models/${model}/evaluations?version=1&detail=1&${SPAN}&${filter}`,
  )
  return ((await response.json()) as { evaluations: Evaluation[] }).evaluations
}

async function alertsOf(model: string): Promise<{ cause: string; title: string; summary: string }[]> {
  const pages = await Promise.all(
    ['0', '1'].map((historical) => server.fetch(`/api/v1/alerts?model=${model}&historical=${historical}`)),
  )
  const bodies = await Promise.all(pages.map((page) => page.json()))
  return bodies.flatMap(
    (body) => (body as { alerts: { cause: string; title: string; summary: string }[] }).alerts,
  )
}

function run(options: Omit<Parameters<typeof importFiles>[1], 'version'>): Promise<ImportSummary> {
  return importFiles(createApiClient(server.url, server.adminKey), { version: '1', ...options })
}

describe.skipIf(!hasData)('importing california_housing by the month', () => {
  let summary: ImportSummary
  let published: Row[]
  let realised: Row[]
  beforeAll(async () => {
    summary = await run({
      model: 'housing',
      reference: path.join(DATA, 'reference.csv.gz'),
      current: path.join(DATA, 'analysis.csv.gz'),
      labels: path.join(DATA, 'analysis_labels.csv.gz'),
      cadence: '1mo',
    })
    const inAnalysis = (row: Row) => row.chunk__period === 'analysis'
    published = (await readTable('expected/nannyml_monthly_univariate.csv')).filter(inAnalysis)
    realised = (await readTable('expected/nannyml_monthly_realised.csv')).filter(inAnalysis)
  })

  it('stores every record once, refuses none and judges twelve windows', () => {
    expect(summary).toMatchObject({ accepted: 8232, refused: 0, conflicts: 0, labelled: 8232 })
    expect(summary).toMatchObject({ windows: 12, judged: 12, isComplete: true })
  })

  it.each([
    ...['MedInc', 'HouseAge', 'AveRooms', 'AveBedrms', 'Population', 'AveOccup', 'Latitude', 'Longitude'].map(
      (name) => [name, name, 'drift'] as const,
    ),
    ['score', 'y_pred_proba', 'output_drift'] as const,
  ])(
    'has a KS interval of %s that contains the published distance in every window',
    async (ours, theirs, metric) => {
      const found = await evaluations('housing', `column=${ours}&metric=${metric}`)
      expect(found).toHaveLength(12)
      for (const row of published) {
        const evaluation = found.find(({ window_start }) => window_start.startsWith(row.chunk__key ?? '?'))
        const [low = Number.NaN, high = Number.NaN] = evaluation?.detail.interval ?? []
        const exact = Number(row[`${theirs}__kolmogorov_smirnov__value`])
        expect(low).toBeLessThanOrEqual(exact + 1e-9)
        expect(high).toBeGreaterThanOrEqual(exact - 1e-9)
        // The interval must also say something: a cell of the grid is 1/256 of the reference.
        expect(high - low).toBeLessThan(0.02)
      }
    },
  )

  it.each(['accuracy', 'roc_auc', 'f1'])('has the published realised %s in every window', async (metric) => {
    const found = await evaluations('housing', `metric=${metric}`)
    for (const row of realised) {
      const evaluation = found.find(({ window_start }) => window_start.startsWith(row.chunk__key ?? '?'))
      expect(evaluation?.value).toBeCloseTo(Number(row[`${metric}__value`]), 9)
    }
  })

  it('raises an alert that names the shift of the region', async () => {
    const drift = (await alertsOf('housing')).find(({ cause }) => cause === 'input_drift')
    expect(drift?.summary).toMatch(/Latitude|Longitude|MedInc/)
  })

  it('raises no alert at all when the reference is replayed against its own profile', async () => {
    const file = path.join(DATA, 'reference.csv.gz')
    const own = await run({ model: 'housing-self', reference: file, current: file, cadence: '1mo' })
    expect(own).toMatchObject({ accepted: 5832, labelled: 5832, windows: 8, judged: 8 })
    expect(await alertsOf('housing-self')).toEqual([])
  })

  it('counts nothing twice when the same import runs again', async () => {
    const file = path.join(DATA, 'analysis.csv.gz')
    const again = await run({
      model: 'housing',
      reference: path.join(DATA, 'reference.csv.gz'),
      current: file,
    })
    expect(again).toMatchObject({ accepted: 0, duplicates: 8232, refused: 0 })
  })
})

describe.skipIf(!hasData)('importing two derived categories in windows of 500 rows', () => {
  const NAMES = ['y_pred_cat', 'house_age_decade'] as const
  let published: Row[]
  beforeAll(async () => {
    const derive = (rows: Row[], at: (index: number) => string) =>
      ['timestamp,y_pred_cat,house_age_decade']
        .concat(rows.map((row, i) => `${at(i)},c${row.y_pred},d${Math.floor(Number(row.HouseAge) / 10)}`))
        .join('\n')
    // One window of an hour holds the 500 rows of one published chunk.
    const hour = (i: number) => new Date(Date.UTC(2026, 0, 1) + Math.floor(i / 500) * 3_600_000).toISOString()
    const reference = path.join(folder, 'categories.csv')
    const current = path.join(folder, 'current.csv')
    await writeFile(
      reference,
      derive(await readTable('reference.csv.gz'), (i) => hour(i - 20_000)),
    )
    await writeFile(current, derive(await readTable('analysis.csv.gz'), hour))
    await run({ model: 'categories', reference, current, cadence: '1h' })
    published = (await readTable('expected/nannyml_size500_categorical_univariate.csv')).filter(
      (row) => row.chunk__period === 'analysis',
    )
  })

  it.each(NAMES)('has the published Jensen–Shannon, L∞ and chi-square of %s', async (name) => {
    const found = await evaluations('categories', `column=${name}&metric=drift`)
    expect(found).toHaveLength(published.length)
    for (const [index, row] of published.entries()) {
      const also = found[index]?.detail.also ?? {}
      // Figures beside the verdict are kept with six digits.
      expect(also.jensen_shannon).toBeCloseTo(Number(row[`${name}__jensen_shannon__value`]), 5)
      expect(also.l_infinity).toBeCloseTo(Number(row[`${name}__l_infinity__value`]), 5)
      const chiSquare = Number(row[`${name}__chi2__value`])
      // With two categories the published figure carries Yates' correction, which is another definition.
      if (name === 'house_age_decade')
        expect(Math.abs((also.chi_square ?? 0) / chiSquare - 1)).toBeLessThan(1e-5)
    }
  })
})

describe('uploading a reference', () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i / 7},${i % 3 ? 'a' : 'b'},${i % 2}`)
  const put = (model: string, body: BodyInit, query = '') =>
    server.fetch(`/api/v1/models/${model}/versions/1/profile${query}`, { method: 'PUT', body })
  const models = async () =>
    ((await (await server.fetch('/api/v1/models')).json()) as { models: { model: string }[] }).models.map(
      ({ model }) => model,
    )

  it('profiles CSV rows as a draft, and leaves no temporary file', async () => {
    const response = await put('upload', `x,c,label\n${rows.join('\n')}\n`, '?name=ref.csv')
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      status: 'draft',
      rows: 60,
      columns: 3,
      source: { name: 'ref.csv' },
    })
    expect(await readdir(path.join(server.dataDir, 'tmp'))).toEqual([])
  })

  it.each([
    ['an empty file', '', 422, 'empty_reference'],
    ['a header without rows', 'x,y\n', 422, 'empty_reference'],
    ['too few rows', 'x,y\n1,2\n', 422, 'too_few_rows'],
    ['a wrong delimiter', 'x^y\n1^2\n', 422, 'single_column'],
    ['a ragged row', 'x,y\n1,2\n1\n', 422, 'ragged_row'],
    ['a zip archive', 'PK\u0003\u0004xxxx', 415, 'unsupported_file'],
    ['a profile of the future', '{"schemaVersion":99}', 422, 'unsupported_version'],
    ['a damaged Parquet file', 'PAR1xxxxxxxxxxxxxxPAR1', 422, 'corrupt_parquet'],
  ])('refuses %s with a sentence and stores nothing', async (_what, body, status, reason) => {
    const response = await put('refused-upload', body)
    const problem = JSON.stringify(await response.json())
    expect(response.status, problem).toBe(status)
    expect(problem).toContain(reason)
    expect(await models()).not.toContain('refused-upload')
    expect(await readdir(path.join(server.dataDir, 'tmp'))).toEqual([])
  })

  it('ends the reading of a crafted file that would never end, and serves on meanwhile', async () => {
    const count = 200
    const big = Array.from({ length: count }, (_, i) => 2n ** 60n + BigInt(i))
    const x = Array.from({ length: count }, (_, i) => i / 2)
    const file = new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'x', data: x, type: 'DOUBLE' },
          { name: 'big', data: big, type: 'INT64' },
        ],
        rowGroupSize: 2,
      }),
    )
    // Every byte of the pages turned over in turn would take long; runs of them are as good.
    for (let at = 100; at < file.length / 2; at += 37) file[at] = (file[at] ?? 0) ^ 0xff
    const answer = put('crafted', file)
    expect((await server.fetch('/api/v1/limits')).status).toBe(200)
    expect((await answer).status).toBe(422)
    expect(await models()).not.toContain('crafted')
  })
})
