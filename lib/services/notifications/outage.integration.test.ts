import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { type Receiver, type ReceiverMode, startReceiver } from '@/lib/channels/testing'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { AlertInstance } from '@/lib/services/alerts/alert-testing'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const OUTAGE_HOURS = 72
const SILENT_LIMIT_MS = 30_000
const UP: ReceiverMode = { kind: 'status', status: 200 }
/** How a receiver can be out of order; one an hour, in turn. */
const WAYS: readonly ReceiverMode[] = [
  { kind: 'reset' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 429, headers: { 'retry-after': '900' } },
  { kind: 'status', status: 404 },
  { kind: 'not_http' },
  { kind: 'status', status: 503 },
]
/** Hours in which the process is killed while it sends. */
const KILLS: ReadonlySet<number> = new Set([1, 3, 8, 15, 22, 40, 41, 50, 60, 71])

let program = ''
beforeAll(async () => {
  await mkdir(`${ROOT}.cache`, { recursive: true })
  program = `${ROOT}.cache/deliver-child.${process.pid}.mjs`
  await build({
    entryPoints: [`${ROOT}lib/runtime/deliver-child.ts`],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { '@': ROOT },
    logLevel: 'error',
  })
})
afterAll(() => rm(program, { force: true }))

/** Its next word; fails when it ends instead, or says nothing for long. */
function said(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail('The process says nothing.'), SILENT_LIMIT_MS)
    const onExit = () => fail('The process ended by itself, or was killed.')
    const onMessage = () => {
      clearTimeout(timer)
      child.off('exit', onExit)
      resolve()
    }
    const fail = (message: string) => {
      clearTimeout(timer)
      child.off('message', onMessage)
      child.off('exit', onExit)
      reject(new Error(message))
    }
    child.once('message', onMessage)
    child.once('exit', onExit)
  })
}

/** A process that delivers, and is started again after it was killed. */
class Deliverer implements AsyncDisposable {
  private child: ChildProcess | null = null
  kills = 0
  constructor(private readonly dataDir: string) {}

  /** One tick of the clock; with `kill` the process dies as soon as something is on the wire, or has just been. */
  async tick(nowMs: number, kill?: () => Promise<void>): Promise<void> {
    const child = this.child ?? (await this.start())
    const done = said(child)
    child.send(nowMs)
    if (!kill) return done
    await Promise.race([kill(), done])
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    // It was killed: that it said nothing more is no fault.
    await done.catch(() => {})
    this.child = null
    this.kills++
  }

  private async start(): Promise<ChildProcess> {
    const child = fork(program, [this.dataDir], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.child = child
    await said(child)
    return child
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.child) return
    const gone = once(this.child, 'exit')
    this.child.disconnect()
    await gone
  }
}

interface Heard {
  readonly id: string
  readonly type: string
  readonly atMs: number
  readonly firedMs: number
  readonly dedupKey: string
}

/** What a receiver heard about alerts of the model, not of Plumbline itself. */
function heardBy(receiver: Receiver, from = 0): Heard[] {
  return receiver.received.slice(from).flatMap(({ id, body }) => {
    const { type, timestamp, data } = JSON.parse(body)
    if (data.model === null) return []
    const [atMs, firedMs] = [Date.parse(timestamp), Date.parse(data.fired_at)]
    return [{ id, type, atMs, firedMs, dedupKey: data.dedup_key }]
  })
}

/** Of each alert what was heard, each message once, in order. */
function episodes(heard: readonly Heard[]): string[] {
  const ids = new Set<string>()
  const byKey = new Map<string, string[]>()
  for (const { id, type, dedupKey } of heard) {
    if (ids.has(id)) continue
    ids.add(id)
    byKey.set(dedupKey, [...(byKey.get(dedupKey) ?? []), type.replace('alert.', '')])
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, types]) => types.join(' '))
}

describe('a receiver that is out of order for three days, and a process that is killed ten times meanwhile', () => {
  it('hears of every transition once it is back, in order, under the same keys; the other is told on time', async () => {
    await using broken = await startReceiver(UP)
    await using healthy = await startReceiver(UP)
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('broken', broken.url)
    await instance.addChannel('healthy', healthy.url)
    await using deliverer = new Deliverer(instance.stores.dir)
    /** Drift in three episodes, more than a day apart: each is an alert of its own. The third lasts. */
    const drifts = (n: number) => (n >= 0 && n <= 5) || (n >= 38 && n <= 45) || n >= 70
    for (let n = 0; n < OUTAGE_HOURS; n++) {
      broken.behave(WAYS[n % WAYS.length] ?? UP)
      await instance.judge(n, [drifts(n) ? 'drift' : 'ok', 'ok'])
      const startMs = hour(n).endMs
      const before = broken.received.length + healthy.received.length
      const somethingIsSent = async () => {
        while (broken.received.length + healthy.received.length === before)
          await new Promise((resolve) => setTimeout(resolve, 1))
      }
      await deliverer.tick(startMs + 31_000, KILLS.has(n) ? somethingIsSent : undefined)
      for (const afterMs of [2 * MINUTE_MS, 30 * MINUTE_MS]) await deliverer.tick(startMs + afterMs)
    }
    const failed = broken.received.length
    const backMs = hour(OUTAGE_HOURS).startMs
    broken.behave(UP)
    for (let afterMs = 0; afterMs <= 2 * HOUR_MS; afterMs += 10 * MINUTE_MS)
      await deliverer.tick(backMs + HOUR_MS + afterMs)

    expect(deliverer.kills).toBe(10)
    expect(failed).toBeGreaterThan(50)
    const late = heardBy(broken, failed)
    expect(episodes(late)).toEqual(['firing resolved', 'firing resolved', 'firing'])
    // The keys under which it was tried all along.
    const tried = new Set(heardBy(broken).map(({ id }) => id))
    for (const { id } of late.filter(({ type }) => type === 'alert.firing')) expect(tried).toContain(id)
    expect(new Set(late.map(({ id }) => id)).size).toBe(late.length)

    const onTime = heardBy(healthy)
    const transitions = episodes(onTime).map((words) => words.replace(/(?: firing)+/g, ''))
    expect(transitions).toEqual(['firing resolved', 'firing resolved', 'firing'])
    const first = new Map<string, number>()
    for (const { dedupKey, atMs, firedMs } of onTime)
      if (!first.has(dedupKey)) first.set(dedupKey, atMs - firedMs)
    // Half a minute after it fired; a kill in that moment costs one claim, which ends after a minute.
    expect(Math.max(...first.values())).toBeLessThanOrEqual(3 * MINUTE_MS)
    // Doubled at most where a kill came between the answer and the record of it.
    expect(onTime.length - new Set(onTime.map(({ id }) => id)).size).toBeLessThanOrEqual(10)
    const own = healthy.received
      .map(({ body }) => JSON.parse(body).data)
      .filter((data) => data.model === null)
    expect(own[0]).toMatchObject({ cause: 'undeliverable', severity: 'critical' })
    expect(own.at(-1)).toMatchObject({ state: 'resolved' })
    expect(
      heardBy(broken).every(
        ({ type }, index, all) => type !== 'alert.resolved' || index >= all.length - late.length,
      ),
    ).toBe(true)
  })
})
