import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '@/lib/runtime/testing'
import {
  Believed,
  labelOf,
  MODEL,
  type ModelRecord,
  recordOf,
  toBody,
  VERSIONS,
} from '@/lib/runtime/testing-model'
import { forEachStored } from '@/lib/runtime/testing-stored'
import { type AllSummaries, differences, recomputedFrom, summariesOf } from '@/lib/runtime/testing-summaries'

const IDS = 600
/** Each costs the start of a server. */
const MOST_SERVER_KILLS = 4
const PINNED_SEED = 20_261_121

interface Send {
  readonly kind: 'records' | 'labels' | 'conflict'
  readonly numbers: readonly number[]
  readonly revision: number
  readonly form: 'array' | 'lines'
  readonly isKeyed: boolean
  /** A second client sends the same at the same time. */
  readonly isTwice: boolean
}

interface Step {
  readonly sends: readonly Send[]
  readonly kill: 'nobody' | 'server' | 'worker'
  readonly afterMs: number
  readonly retry: 'as it was' | 'split' | 'later'
}

const SEND: fc.Arbitrary<Send> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('records' as const) },
    { weight: 4, arbitrary: fc.constant('labels' as const) },
    { weight: 1, arbitrary: fc.constant('conflict' as const) },
  ),
  numbers: fc.uniqueArray(fc.nat({ max: IDS - 1 }), { minLength: 1, maxLength: 60, size: 'max' }),
  revision: fc.nat({ max: 3 }),
  form: fc.constantFrom('array', 'lines'),
  isKeyed: fc.boolean(),
  isTwice: fc.boolean(),
})

const STEPS: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    sends: fc.array(SEND, { minLength: 1, maxLength: 10 }),
    kill: fc.oneof(
      { weight: 2, arbitrary: fc.constant('nobody' as const) },
      { weight: 2, arbitrary: fc.constant('server' as const) },
      { weight: 2, arbitrary: fc.constant('worker' as const) },
    ),
    afterMs: fc.nat({ max: 60 }),
    retry: fc.constantFrom('as it was', 'split', 'later'),
  }),
  { minLength: 11, maxLength: 14, size: 'max' },
)

interface Request {
  readonly send: Send
  readonly body: string
  readonly key: string | null
}

/** Drives one server, or those that follow it on the same data, through steps; believes what was acknowledged. */
class Driver {
  readonly believed: Believed
  private unanswered: Request[] = []
  private requests = 0
  private kills = 0

  constructor(
    private server: TestServer,
    nowMs: number,
  ) {
    this.believed = new Believed(nowMs)
  }

  get current(): TestServer {
    return this.server
  }

  async run({ sends, kill, afterMs, retry }: Step): Promise<void> {
    const again = retry === 'later' ? [] : this.unanswered.splice(0)
    const requests = [
      ...again.flatMap((request) => (retry === 'split' ? this.split(request) : [request])),
      ...sends
        .filter(({ kind }) => kind !== 'conflict' || this.believed.records.size > 0)
        .map((s) => this.request(s)),
    ]
    const sending = requests.flatMap((request) =>
      request.send.isTwice ? [this.post(request), this.post(request)] : [this.post(request)],
    )
    if (kill !== 'nobody') await new Promise((resolve) => setTimeout(resolve, afterMs))
    if (kill === 'worker' || (kill === 'server' && this.kills >= MOST_SERVER_KILLS)) this.killWorker()
    else if (kill === 'server') await this.restart()
    await Promise.all(sending)
  }

  /** Until everything is acknowledged. */
  async finish(): Promise<void> {
    while (this.unanswered.length > 0) await Promise.all(this.unanswered.splice(0).map((r) => this.post(r)))
  }

  private async restart(): Promise<void> {
    this.kills++
    const { dataDir, adminKey } = this.server
    this.server.kill('SIGKILL')
    await this.server.exited
    this.server = await startServer({ dataDir, adminKey })
  }

  private killWorker(): void {
    try {
      process.kill(this.server.workerPid(), 'SIGKILL')
    } catch {
      // It is between two lives just now.
    }
  }

  private request(send: Send): Request {
    const key = send.isKeyed ? `key-${this.requests++}` : null
    return { send, body: this.bodyOf(send), key }
  }

  /** The same records in two requests with names of their own: only their ids tell that they are repeats. */
  private split({ send }: Request): Request[] {
    const middle = Math.ceil(send.numbers.length / 2)
    return [send.numbers.slice(0, middle), send.numbers.slice(middle)]
      .filter((numbers) => numbers.length > 0)
      .map((numbers) => this.request({ ...send, numbers }))
  }

  private bodyOf({ kind, numbers, revision, form }: Send): string {
    const { nowMs } = this.believed
    const known = [...this.believed.records]
    const items = numbers.map((n) => {
      if (kind === 'labels') return { model: MODEL, ...labelOf(n, revision, nowMs) }
      if (kind === 'records') return toBody(recordOf(n, nowMs))
      return toBody(recordOf(known[n % known.length] ?? n, nowMs), true)
    })
    return form === 'array' ? JSON.stringify(items) : items.map((item) => JSON.stringify(item)).join('\n')
  }

  private async post(request: Request): Promise<void> {
    const { send, body, key } = request
    const response = await this.server
      .fetch(send.kind === 'labels' ? '/api/v1/labels' : '/api/v1/ingest', {
        method: 'POST',
        headers: {
          'content-type': send.form === 'array' ? 'application/json' : 'application/x-ndjson',
          ...(key === null ? {} : { 'idempotency-key': key }),
        },
        body,
      })
      .then(async (answer) => ({ status: answer.status, body: JSON.parse(await answer.text()) }))
      .catch(() => null)
    if (response === null || response.status === 503) {
      this.unanswered.push(request)
      return
    }
    expect(response).toMatchObject({ status: 200, body: { rejected: 0 } })
    if (send.kind === 'records') for (const n of send.numbers) this.believed.records.add(n)
    if (send.kind === 'labels') for (const n of send.numbers) this.believed.addLabel(n, send.revision)
    if (send.kind === 'conflict') expect(response.body.accepted).toBe(0)
  }
}

async function giveProfiles(server: TestServer): Promise<void> {
  const rows = Array.from(
    { length: 300 },
    (_, n) => `${(n % 100) - 20},${n % 2 ? 'a' : 'b'},${n % 2},${(n % 50) / 50}`,
  )
  const csv = ['x,c,prediction,score', ...rows].join('\n')
  // The other version has none: its columns are summarised by their values alone.
  const path = `/api/v1/models/${MODEL}/versions/${VERSIONS[0]}/profile?activate=1`
  const answer = await server.fetch(path, {
    method: 'PUT',
    headers: { 'content-type': 'text/csv' },
    body: csv,
  })
  expect(answer.status, await answer.text()).toBe(200)
}

async function readModelRecords(dataDir: string): Promise<ModelRecord[]> {
  const stored: ModelRecord[] = []
  await forEachStored(dataDir, ({ version }, { id, at, f, p, s }) => {
    const prediction = typeof p === 'number' ? p : Number.NaN
    stored.push({ id, version, atMs: at, x: f.x ?? null, c: f.c ?? null, prediction, score: s ?? Number.NaN })
  })
  return stored
}

/** What is stored of each record, in the order of their numbers, must be what was sent of it. */
function expectStored(stored: readonly ModelRecord[], believed: Believed): void {
  const byId = (a: ModelRecord, b: ModelRecord) => (a.id < b.id ? -1 : 1)
  const wanted = [...believed.records].map((n) => recordOf(n, believed.nowMs))
  expect([...stored].sort(byId)).toEqual(wanted.sort(byId))
}

function expectCounted(summaries: AllSummaries, believed: Believed): void {
  const hours = new Map<string, number>()
  const confusion = new Map<string, number>()
  for (const [key, summary] of summaries) {
    const [version = '', , level, start] = key.split(' ')
    if (level !== 'hour') continue
    if (summary.kind === 'traffic') hours.set(`${version} ${start}`, summary.records)
    if (summary.kind !== 'quality') continue
    for (const [actual, row] of summary.confusion) {
      for (const [predicted, count] of row) {
        const cell = `${version}: ${actual} as ${predicted}`
        if (count > 0) confusion.set(cell, (confusion.get(cell) ?? 0) + count)
      }
    }
  }
  const sorted = (map: ReadonlyMap<string, number>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))
  expect(sorted(hours)).toEqual(sorted(believed.recordsByHour()))
  expect(sorted(confusion)).toEqual(sorted(believed.confusion()))
}

async function expectModelHolds(steps: readonly Step[]): Promise<void> {
  const first = await startServer()
  const nowMs = Date.now()
  const driver = new Driver(first, nowMs)
  try {
    await giveProfiles(first)
    for (const step of steps) await driver.run(step)
    await driver.finish()
    const summaries = await summariesOf(first.dataDir, MODEL)
    expectStored(await readModelRecords(first.dataDir), driver.believed)
    expectCounted(summaries, driver.believed)
    expect(differences(summaries, await recomputedFrom(first.dataDir, MODEL, nowMs))).toEqual([])
  } finally {
    await driver.current.dispose()
    await first.dispose()
  }
}

describe('whatever is sent, repeated, split, late or early, and whoever is killed meanwhile', () => {
  const random = Date.now() % 1_000_000_000
  it.each([
    ['pinned', PINNED_SEED],
    ['random', random],
  ])('everything sent is stored and summarised exactly once (%s seed %i)', async (_, seed) => {
    // Steps that fail are not made fewer: each try takes seconds. The seed in the name repeats them.
    const outcome = await fc.check(fc.asyncProperty(STEPS, expectModelHolds), {
      seed,
      numRuns: 1,
      endOnFailure: true,
    })
    if (outcome.failed) throw outcome.errorInstance
  })
})
