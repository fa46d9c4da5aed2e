import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Receiver, startReceiver } from '@/lib/channels/testing'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { startServer, type TestServer } from '@/lib/runtime/testing'
import { findDebianProgram } from '@/scripts/debian-packages.mjs'

const faketime = findDebianProgram('faketime')
const WAIT = { timeout: 20_000, interval: 50 }
const RECORDS = 600

/** A clock of the server's own: the real one, and an offset that it reads from a file whenever it looks. */
class JumpingClock {
  private offsetMs = 0
  private readonly dir = mkdtempSync(path.join(tmpdir(), 'plumbline-clock-'))
  private readonly file = path.join(this.dir, 'offset')
  readonly env = {
    FAKETIME_TIMESTAMP_FILE: this.file,
    FAKETIME_NO_CACHE: '1',
    // Node's timers hang when the clock that never jumps jumps back.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
    LD_PRELOAD: faketime?.env.LD_PRELOAD ?? '',
  }

  constructor(startMs: number) {
    this.jump(startMs - Date.now())
  }

  now(): number {
    return Date.now() + this.offsetMs
  }

  jump(byMs: number): void {
    this.offsetMs += byMs
    const seconds = this.offsetMs / 1_000
    writeFileSync(`${this.file}.new`, `${seconds < 0 ? '' : '+'}${seconds.toFixed(3)}`)
    renameSync(`${this.file}.new`, this.file)
  }

  dispose(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}

interface Told {
  readonly type: string
  readonly data: { readonly dedup_key: string; readonly cause: string }
}

describe.skipIf(!faketime)('a server whose clock jumps by an hour, forwards and back', () => {
  const startMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS
  const windowOf = (n: number) => startMs + n * HOUR_MS
  let clock: JumpingClock
  let receiver: Receiver
  let server: TestServer
  let others = 0

  beforeAll(async () => {
    clock = new JumpingClock(startMs + 20 * MINUTE_MS)
    receiver = await startReceiver()
    server = await startServer({ env: { ...clock.env, PLUMBLINE_OUTBOUND_ALLOW: '127.0.0.0/8' } })
    const reference = Array.from(
      { length: 2_000 },
      (_, i) => `${((i * 0.618_034) % 1) * 100},${i % 3 ? 'a' : 'b'}`,
    ).join('\n')
    await send('PUT', '/api/v1/models/m/versions/v/profile?activate=1', `income,region\n${reference}`)
    await send('PUT', '/api/v1/models/m/settings', { allowedLatenessMs: 0 })
    await send('POST', '/api/v1/channels', { name: 'on-call', url: receiver.url })
  }, 60_000)
  afterAll(async () => {
    await server?.dispose()
    await receiver?.stop()
    clock?.dispose()
  })

  async function send<T>(method: string, target: string, body: unknown): Promise<T> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const headers = { 'content-type': typeof body === 'string' ? 'text/csv' : 'application/json' }
    const response = await server.fetch(target, { method, headers, body: text })
    const answer = await response.text()
    expect([response.status, answer]).toEqual([expect.toSatisfy((status) => status < 300), answer])
    return JSON.parse(answer) as T
  }

  async function read<T>(target: string): Promise<T> {
    return (await (await server.fetch(target)).json()) as T
  }

  /** Records of the n-th hour; drifted ones lie in the upper half of what the reference has. */
  async function sendHour(n: number, isDrifted: boolean): Promise<void> {
    const records = Array.from({ length: RECORDS }, (_, i) => {
      const spread = (i * 0.618_034) % 1
      return {
        model: 'm',
        version: 'v',
        prediction_id: `${n}-${i}`,
        timestamp: new Date(windowOf(n) + 60_000 + i * 1_500).toISOString(),
        features: { income: isDrifted ? 50 + 50 * spread : 100 * spread, region: i % 3 ? 'a' : 'b' },
      }
    })
    expect(await send('POST', '/api/v1/ingest', { records })).toMatchObject({ accepted: RECORDS })
  }

  /** Whatever the clock says, records are taken and counted: the worker has gone through its rounds since. */
  async function expectIngestGoesOn(): Promise<void> {
    const name = `other-${others++}`
    const record = { model: name, prediction: 1, timestamp: new Date(clock.now()).toISOString() }
    expect(await send('POST', '/api/v1/ingest', { records: [record] })).toMatchObject({ accepted: 1 })
    await vi.waitFor(async () => {
      const { models } = await read<{ models: { model: string }[] }>('/api/v1/models')
      expect(models.map(({ model }) => model)).toContain(name)
    }, WAIT)
  }

  async function untilJudged(n: number): Promise<void> {
    const span = `from=${windowOf(n)}&to=${windowOf(n) + HOUR_MS}`
    await vi.waitFor(async () => {
      const found = await read<{ evaluations: unknown[] }>(
        `/api/v1/models/m/evaluations?metric=drift&column=income&${span}`,
      )
      expect(found.evaluations).toHaveLength(1)
    }, WAIT)
  }

  const told = () => receiver.received.map(({ body }) => JSON.parse(body) as Told)
  const toldOfDrift = () => told().filter(({ data }) => data.cause === 'input_drift')

  async function driftAlerts() {
    type Alerts = { alerts: { id: number; cause: string; state: string }[] }
    const { alerts } = await read<Alerts>('/api/v1/alerts?model=m')
    return alerts.filter(({ cause }) => cause === 'input_drift')
  }

  it('pages once, loses no transition, judges no window twice, and takes records all the time', async () => {
    const workerPid = server.workerPid()

    await sendHour(0, true)
    clock.jump(HOUR_MS)
    await untilJudged(0)
    expect(await driftAlerts()).toEqual([])

    // Pending: the clock goes back to before the window that was judged had ended.
    clock.jump(-HOUR_MS)
    await expectIngestGoesOn()
    expect(await driftAlerts()).toEqual([])

    clock.jump(HOUR_MS)
    await sendHour(1, true)
    clock.jump(HOUR_MS)
    await untilJudged(1)
    await vi.waitFor(async () => expect(await driftAlerts()).toMatchObject([{ state: 'firing' }]), WAIT)
    clock.jump(MINUTE_MS)
    await vi.waitFor(() => expect(toldOfDrift()).toHaveLength(1), WAIT)

    // Firing and told: back to before it fired, and on again.
    clock.jump(-HOUR_MS)
    await expectIngestGoesOn()
    clock.jump(HOUR_MS)
    await sendHour(2, true)
    clock.jump(HOUR_MS)
    await untilJudged(2)
    await expectIngestGoesOn()
    expect(await driftAlerts()).toMatchObject([{ state: 'firing' }])
    expect(toldOfDrift()).toHaveLength(1)

    for (const n of [3, 4]) {
      await sendHour(n, false)
      clock.jump(HOUR_MS)
      await untilJudged(n)
    }
    await vi.waitFor(async () => expect(await driftAlerts()).toMatchObject([{ state: 'resolved' }]), WAIT)
    // News of a group leave five minutes apart.
    clock.jump(6 * MINUTE_MS)
    await vi.waitFor(() => expect(toldOfDrift()).toHaveLength(2), WAIT)

    expect(toldOfDrift().map(({ type }) => type)).toEqual(['alert.firing', 'alert.resolved'])
    expect(new Set(toldOfDrift().map(({ data }) => data.dedup_key)).size).toBe(1)
    const [alert] = await driftAlerts()
    const { events } = await read<{ events: { kind: string }[] }>(`/api/v1/alerts/${alert?.id}`)
    const kinds = events.map(({ kind }) => kind)
    for (const kind of ['fired', 'resolved']) expect(kinds.filter((one) => one === kind)).toHaveLength(1)

    type Judged = {
      evaluations: { metric: string; column: string | null; window_start: string; revision: number }[]
    }
    const { evaluations } = await read<Judged>(
      `/api/v1/models/m/evaluations?from=${windowOf(0)}&to=${windowOf(5)}&limit=1000`,
    )
    expect(evaluations.filter(({ revision }) => revision !== 1)).toEqual([])
    const places = evaluations.map((one) => `${one.metric} ${one.column} ${one.window_start}`)
    expect(new Set(places).size).toBe(places.length)

    expect(server.workerPid()).toBe(workerPid)
    expect(server.output()).not.toMatch(/hangs and is killed|ended and is started again|"level":(50|60)/)
  }, 120_000)
})
