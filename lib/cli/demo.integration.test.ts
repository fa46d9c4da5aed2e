import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '@/lib/cli/demo'
import { MODEL, type Story, storyOf } from '@/lib/cli/demo/story'
import { HOUR_MS } from '@/lib/domain/time'
import { startServer, type TestServer } from '@/lib/runtime/testing'

/** A third of the usual traffic: all that is planted can be seen in it. */
const PER_HOUR = 300
const LIMIT_MS = 150_000
const CALM_MS = 6_000

interface DemoAlert {
  readonly version: string
  readonly cause: string
  readonly state: string
  readonly title: string
  readonly summary: string
  readonly onset: string
  readonly resolved: string | null
  readonly historical: boolean
}

let server: TestServer
let story: Story
let alerts: DemoAlert[]

async function read<T>(target: string): Promise<T> {
  const response = await server.fetch(target)
  if (!response.ok) throw new Error(`${target}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

async function readAlerts(): Promise<DemoAlert[]> {
  const pages = await Promise.all(
    ['0', '1'].map((historical) =>
      read<{ alerts: DemoAlert[] }>(`/api/v1/alerts?model=${MODEL}&historical=${historical}&limit=200`),
    ),
  )
  return pages.flatMap((page) => page.alerts)
}

/** The alerts once nothing changes any more. */
async function settledAlerts(): Promise<DemoAlert[]> {
  const deadline = performance.now() + LIMIT_MS
  let last = ''
  let sinceMs = performance.now()
  while (performance.now() < deadline) {
    const found = await readAlerts()
    const text = JSON.stringify(found)
    if (text !== last) sinceMs = performance.now()
    last = text
    const isLive = found.some(({ version, historical }) => version === 'v2' && !historical)
    // The last thing that happens to v1 is that it no longer serves: all of its windows have been judged then.
    const isJudged = found.some(
      ({ version, resolved }) =>
        version === 'v1' && resolved !== null && hoursAfter(resolved, story.switchMs) > 20,
    )
    if (isLive && isJudged && performance.now() - sinceMs > CALM_MS) return found
    await sleep(500)
  }
  throw new Error(`the alerts did not settle: ${last}`)
}

beforeAll(async () => {
  server = await startServer()
  story = storyOf(Date.now())
  const options = ['--url', server.url, '--key', server.adminKey, '--per-hour', String(PER_HOUR)]
  expect(await main([...options, '--once'])).toBe(0)
  alerts = await settledAlerts()
}, 300_000)
afterAll(() => server?.dispose())

/** The alert of a version and cause whose onset lies in a span of hours around an instant. */
function find(version: string, cause: string, aroundMs: number, hours: readonly [number, number]): DemoAlert {
  const found = alerts.find((alert) => {
    const after = (Date.parse(alert.onset) - aroundMs) / HOUR_MS
    return alert.version === version && alert.cause === cause && after >= hours[0] && after <= hours[1]
  })
  if (!found) throw new Error(`no ${cause} alert of ${version}: ${JSON.stringify(alerts, null, 1)}`)
  return found
}

/** Whole records differ from the reference only once the ramp began: columns with faults are left out of them. */
async function expectCalmRecords(): Promise<void> {
  const span = `from=${new Date(story.startMs).toISOString()}&to=${new Date(story.ramp.startMs).toISOString()}`
  for (const metric of ['domain_auc', 'reconstruction_error']) {
    const { evaluations } = await read<{ evaluations: { verdict: string; reason: string }[] }>(
      `/api/v1/models/${MODEL}/evaluations?version=v1&metric=${metric}&${span}&limit=5000`,
    )
    expect(evaluations.length).toBeGreaterThan(100)
    expect(
      evaluations.filter(({ verdict }) => /drift|severe|error/.test(verdict)),
      metric,
    ).toEqual([])
  }
}

const hoursAfter = (instant: string | null, sinceMs: number) =>
  instant === null ? Number.POSITIVE_INFINITY : (Date.parse(instant) - sinceMs) / HOUR_MS

describe('the demo on a real server', () => {
  it('names the change of unit from its first hour, and closes it when it is over', () => {
    const fault = find('v1', 'data_quality', story.unitChange.startMs, [0, 0])
    expect(fault.title).toBe(`${MODEL} v1: the unit of income seems to have changed`)
    expect(fault.summary).toContain('100 times larger')
    for (const cause of ['data_quality', 'input_drift', 'output_drift']) {
      const alert = find('v1', cause, story.unitChange.startMs, [0, 2])
      expect(alert.title === fault.title).toBe(cause === 'data_quality')
      expect(alert).toMatchObject({ state: 'resolved', historical: true })
      expect(hoursAfter(alert.resolved, story.unitChange.endMs)).toBeLessThanOrEqual(8)
    }
  })

  it('finds the surge of missing values in its first hour, and its end', () => {
    const alert = find('v1', 'data_quality', story.nullSurge.startMs, [0, 0])
    expect(alert.title).toMatch(/: 4\d % of the values of employment_years are missing \(limit 3\.\d+ %\)$/)
    expect(alert.state).toBe('resolved')
    expect(hoursAfter(alert.resolved, story.nullSurge.endMs)).toBeLessThanOrEqual(6)
  })

  it('finds the slow ramp long before its end, and keeps it open until its version is replaced', () => {
    const alert = find('v1', 'input_drift', story.ramp.startMs, [1, 48])
    expect(alert.title).toContain('credit_score')
    expect(alert.summary).toMatch(/credit_score is \d\.\d\d σ lower than in the reference/)
    expect(alert.state).toBe('resolved')
    expect(Math.abs(hoursAfter(alert.resolved, story.switchMs) - 24)).toBeLessThanOrEqual(1)
    expect(alerts.filter(({ version, state }) => version === 'v1' && state !== 'resolved')).toEqual([])
  })

  it('names the new category from its first hour', () => {
    const alert = find('v1', 'data_quality', story.newCategoryMs, [0, 1])
    expect(alert.title).toContain('categories that the reference has never seen')
    expect(alert.summary).toContain('"crypto_assets"')
  })

  it('finds the slower version from the hour it took over, live', () => {
    const alert = find('v2', 'software', story.switchMs, [0, 1])
    expect(alert).toMatchObject({ state: 'firing', historical: false })
    expect(alert.title).toMatch(/latency is \d+(\.\d)? ms; usual is \d+(\.\d)? ms \(limit \d+(\.\d)? ms\)$/)
    for (const cause of ['data_quality', 'input_drift', 'output_drift']) {
      expect(find('v2', cause, story.switchMs, [0, 2]).historical).toBe(false)
    }
  })

  it('raises nothing else: no season, no late label, no column that nothing was done to', async () => {
    const planted = [story.unitChange.startMs, story.ramp.startMs]
    const unexplained = alerts.filter(({ version, cause, onset }) => {
      const sinceMs = Date.parse(onset)
      if (cause === 'no_data' || cause === 'schema') return true
      if (version === 'v2') return sinceMs < story.switchMs
      if (cause === 'software') return true
      // Predictions and their quality follow the unit change and the ramp.
      if (cause !== 'data_quality') return sinceMs < Math.min(...planted)
      return ![story.unitChange, story.nullSurge, { startMs: story.newCategoryMs }].some(
        ({ startMs }) => sinceMs >= startMs && sinceMs <= startMs + HOUR_MS,
      )
    })
    expect(unexplained).toEqual([])
    await expectCalmRecords()
    const touched = new Set(['income', 'employment_years', 'credit_score', 'purpose', 'prediction', 'score'])
    const span = `from=${new Date(story.startMs).toISOString()}&to=${new Date().toISOString()}`
    for (const version of ['v1', 'v2']) {
      for (const metric of ['drift', 'missing_share', 'unseen_share', 'out_of_range_share', 'null_share']) {
        const { evaluations } = await read<{ evaluations: { column: string | null; verdict: string }[] }>(
          `/api/v1/models/${MODEL}/evaluations?version=${version}&metric=${metric}&${span}&limit=5000`,
        )
        expect(evaluations.length).toBeGreaterThan(10)
        const odd = evaluations.filter(
          ({ column, verdict }) =>
            /drift|severe|all_missing|type_changed|error/.test(verdict) && !touched.has(`${column}`),
        )
        expect(odd, `${version} ${metric}`).toEqual([])
      }
    }
  })
})
