import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import type { StoredProfile } from '@/lib/domain/profile'
import { type TimeRange, windowContaining } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { type JudgedMonitor, judgeWindow } from '@/lib/monitor/judge-window'
import { model, summaryOf, trafficSummary, version } from '@/lib/monitor/testing'
import { buildProfile } from '@/lib/profile/build-profile'
import { openReference } from '@/lib/profile/read-rows'

/** Read in place; a clone without the data set skips these tests and says so. */
const folder = fileURLToPath(new URL('../../../shared/datasets/california_housing', import.meta.url))
const present = existsSync(folder)
if (!present) console.log(`the california_housing data set is absent (${folder}): its tests are skipped`)

type Row = Readonly<Record<string, string>>

function readCsv(text: string): Row[] {
  const [head = '', ...lines] = text.trim().split('\n')
  const names = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']))
  })
}

/** Rows by calendar month, in order. */
function byMonth(rows: readonly Row[]): [TimeRange, Row[]][] {
  const months = new Map<number, [TimeRange, Row[]]>()
  for (const row of rows) {
    const window = windowContaining('1mo', Date.parse(`${row.timestamp?.replace(' ', 'T')}Z`))
    const month = months.get(window.startMs) ?? [window, []]
    month[1].push(row)
    months.set(window.startMs, month)
  }
  return [...months.values()]
}

const SOURCES: Readonly<Record<string, string>> = { prediction: 'y_pred', score: 'y_pred_proba' }

function judgeMonth(
  stored: StoredProfile,
  window: TimeRange,
  rows: readonly Row[],
): Map<string, JudgedMonitor> {
  const monitors = createMonitors(version, stored).map((monitor, index) => ({ ...monitor, id: index + 1 }))
  const columns = new Map(
    stored.profile.columns
      .filter(({ role }) => role === 'feature' || role === 'prediction' || role === 'score')
      .map((column) => {
        const source = SOURCES[column.role] ?? column.name
        const values = rows.map((row) =>
          column.kind === 'numeric' ? Number(row[source]) : (row[source] ?? null),
        )
        return [`${column.family}:${column.name}`, summaryOf(column, values)]
      }),
  )
  const judged = judgeWindow({
    model: { ...model, settings: { ...model.settings, cadence: '1mo' } },
    version,
    profile: stored,
    monitors,
    window,
    columns,
    traffic: trafficSummary(rows.length),
    quality: null,
    trailing: new Map(),
    nowMs: window.endMs,
    historical: true,
  })
  return new Map(
    judged.map((evaluation) => {
      const monitor = monitors[evaluation.monitorId - 1]
      return [`${monitor?.metric} ${monitor?.column?.name}`, evaluation]
    }),
  )
}

const isBreach = (evaluation: JudgedMonitor | undefined) =>
  evaluation?.verdict === 'drift' || evaluation?.verdict === 'severe'

/** Whether a monitor would fire: two breaches within three windows. */
const fires = (breaches: readonly boolean[]) =>
  breaches.some((breach, i) => breach && (breaches[i + 1] === true || breaches[i + 2] === true))

describe.skipIf(!present)('california_housing, month by month', () => {
  let reference: Map<string, JudgedMonitor>[] = []
  let analysis: Map<string, JudgedMonitor>[] = []

  beforeAll(async () => {
    const file = await openReference(`${folder}/reference.csv.gz`, tmpdir())
    const profile = await buildProfile(file.open, {
      mapping: {
        label: 'clf_target',
        prediction: 'y_pred',
        score: 'y_pred_proba',
        timestamp: 'timestamp',
        id: 'id',
      },
      source: { kind: 'file', name: 'reference.csv.gz' },
      nowMs: 0,
      tempDir: tmpdir(),
    })
    await file.dispose()
    const stored: StoredProfile = {
      id: 3,
      versionId: 7,
      revision: 1,
      status: 'active',
      createdMs: 0,
      activatedMs: 0,
      profile,
    }
    const read = (name: string) => readCsv(gunzipSync(readFileSync(`${folder}/${name}.csv.gz`)).toString())
    reference = byMonth(read('reference')).map(([window, rows]) => judgeMonth(stored, window, rows))
    analysis = byMonth(read('analysis')).map(([window, rows]) => judgeMonth(stored, window, rows))
  }, 60_000)

  it('brackets the published KS of every column and month', () => {
    const published = readCsv(
      readFileSync(`${folder}/expected/nannyml_monthly_univariate.csv`, 'utf8'),
    ).filter((row) => row.chunk__period === 'analysis')
    expect(published).toHaveLength(analysis.length)
    let compared = 0
    for (const [index, row] of published.entries()) {
      for (const [field, text] of Object.entries(row)) {
        const name = /^(\w+?)__kolmogorov_smirnov__value$/.exec(field)?.[1]
        if (name === undefined || text === '') continue
        const metric = name === 'y_pred_proba' ? 'output_drift score' : `drift ${name}`
        const [lower, upper] = analysis[index]?.get(metric)?.detail.interval ?? [1, 0]
        expect(Number(text), `${metric} ${row.chunk__key}`).toBeGreaterThanOrEqual(lower - 1e-9)
        expect(Number(text), `${metric} ${row.chunk__key}`).toBeLessThanOrEqual(upper + 1e-9)
        compared++
      }
    }
    expect(compared).toBeGreaterThanOrEqual(9 * 12)
  })

  it('finds the change of regions', () => {
    for (const name of ['Latitude', 'Longitude']) {
      expect(fires(analysis.map((month) => isBreach(month.get(`drift ${name}`)))), name).toBe(true)
    }
  })

  it('never fires on the reference against its own profile', () => {
    const firing = [...(reference[0]?.keys() ?? [])].filter((key) =>
      fires(reference.map((month) => isBreach(month.get(key)))),
    )
    expect(firing).toEqual([])
  })
})
