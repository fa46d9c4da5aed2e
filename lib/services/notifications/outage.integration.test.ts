import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildProgram } from '@/db/sqlite/build-program'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { type Receiver, type ReceiverMode, startReceiver } from '@/lib/channels/testing'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { AlertInstance, judgeVersion } from '@/lib/services/alerts/alert-testing'
import { addChannel } from '@/lib/services/notifications/add-channel'

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
/** Hours that begin with a receiver that takes everything and never answers. */
const HANGS: ReadonlySet<number> = new Set([1, 20, 40, 55, 71])
/** … for so long; the usual fifteen seconds would only make the test longer. */
const HANG_MS = 800
/** Says 200 to everything, and takes nothing: only what it says with it gives it away. */
const LIE: ReceiverMode = { kind: 'status', status: 200, body: 'invalid_token' }
/** Hours in which the process is killed while it sends. */
const KILLS: ReadonlySet<number> = new Set([1, 3, 8, 15, 22, 40, 41, 50, 60, 71])

let program = ''
beforeAll(async () => {
  program = await buildProgram('lib/runtime/deliver-child.ts')
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
  async tick(nowMs: number, options: { kill?: () => Promise<void>; timeoutMs?: number } = {}): Promise<void> {
    const { kill, timeoutMs } = options
    const child = this.child ?? (await this.start())
    const done = said(child)
    child.send({ nowMs, timeoutMs })
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
  readonly dedupKey: string
}

/** What a receiver heard about alerts of models, not of Plumbline itself; several alerts may come in one message. */
function heardBy(receiver: Receiver, from = 0): Heard[] {
  return receiver.received.slice(from).flatMap(({ id, body }) => {
    const { type, timestamp, data } = JSON.parse(body)
    const told = type === 'alert.group' ? data.alerts : [{ type, ...data }]
    return told.flatMap((one: { type: string; model: string | null; since: string; dedup_key: string }) =>
      one.model === null
        ? []
        : [{ id, type: one.type, atMs: Date.parse(timestamp), dedupKey: one.dedup_key }],
    )
  })
}

/** Of each alert what was heard, each message once, in order. */
function episodes(heard: readonly Heard[]): string[] {
  const known = new Set<string>()
  const byKey = new Map<string, string[]>()
  for (const { id, type, dedupKey } of heard) {
    if (known.has(`${id} ${dedupKey}`)) continue
    known.add(`${id} ${dedupKey}`)
    byKey.set(dedupKey, [...(byKey.get(dedupKey) ?? []), type.replace('alert.', '')])
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, types]) => types.join(' '))
}

describe('receivers that are out of order for three days, and a process that is killed ten times meanwhile', () => {
  it('hear of every transition once they are back, in order, under the same keys; the other is told on time', async () => {
    await using broken = await startReceiver(UP)
    await using liar = await startReceiver(LIE)
    await using healthy = await startReceiver(UP)
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('broken', broken.url)
    await instance.addChannel('healthy', healthy.url)
    await addChannel(instance.context(hour(0).startMs), { name: 'liar', kind: 'slack', url: liar.url })
    const others = [
      await instance.addVersion('fraud', 'v8', [{}]),
      await instance.addVersion('churn', 'v1', [{}]),
    ]
    await using deliverer = new Deliverer(instance.stores.dir)
    /** Drift of all three versions in three episodes, more than a day apart: nine alerts. The third lasts. */
    const drifts = (n: number) => (n >= 0 && n <= 5) || (n >= 38 && n <= 45) || n >= 70
    const firedMs: readonly number[] = [1, 39, 71].map((n) => hour(n).endMs)
    /** Messages in whose ticks an answer may have been lost: the process died, or did not wait long. */
    const excused = new Set<string>()
    for (let n = 0; n < OUTAGE_HOURS; n++) {
      const verdict = drifts(n) ? 'drift' : 'ok'
      await instance.judge(n, [verdict, 'ok'])
      for (const { model, version } of others)
        await judgeVersion(instance.context(hour(n).endMs), model, version, n, [verdict])
      const startMs = hour(n).endMs
      const way = WAYS[n % WAYS.length] ?? UP
      broken.behave(HANGS.has(n) ? { kind: 'hang' } : way)
      const count = () => broken.received.length + healthy.received.length + liar.received.length
      const [before, heard] = [count(), healthy.received.length]
      const somethingIsSent = async () => {
        while (count() === before) await new Promise((resolve) => setTimeout(resolve, 1))
      }
      const kill = KILLS.has(n) ? somethingIsSent : undefined
      const timeoutMs = HANGS.has(n) ? HANG_MS : undefined
      await deliverer.tick(startMs + 31_000, { kill, timeoutMs })
      if (kill || timeoutMs) for (const { id } of healthy.received.slice(heard)) excused.add(id)
      broken.behave(way)
      for (const afterMs of [2 * MINUTE_MS, 30 * MINUTE_MS]) await deliverer.tick(startMs + afterMs)
    }
    const [failed, lied] = [broken.received.length, liar.received.length]
    const backMs = hour(OUTAGE_HOURS).startMs
    broken.behave(UP)
    liar.behave(UP)
    for (let afterMs = 0; afterMs <= 2 * HOUR_MS; afterMs += 10 * MINUTE_MS)
      await deliverer.tick(backMs + HOUR_MS + afterMs)

    expect(deliverer.kills).toBe(10)
    expect(failed).toBeGreaterThan(50)
    const nine = [1, 2, 3].flatMap(() => ['firing resolved', 'firing resolved', 'firing'])
    const late = heardBy(broken, failed)
    expect(episodes(late)).toEqual(nine)
    // Two alerts of one model leave together, and stay together through all failures.
    const sizes = broken.received.slice(failed).map(({ body }) => JSON.parse(body).data.told ?? 1)
    expect(Math.max(...sizes)).toBeGreaterThan(1)
    // The keys under which it was tried all along.
    const tried = new Set(heardBy(broken).map(({ id }) => id))
    for (const { id } of late.filter(({ type }) => type === 'alert.firing')) expect(tried).toContain(id)
    const ids = broken.received.slice(failed).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const during = heardBy(broken).slice(0, -late.length)
    expect(during.filter(({ type }) => type === 'alert.resolved')).toEqual([])

    const said = liar.received.slice(lied).map(({ body }): string => JSON.parse(body).text)
    const told = (word: string) =>
      said.filter((text) => text.startsWith(`[${word}]`) && !text.includes('Plumbline:'))
    expect(lied).toBeGreaterThan(50)
    // Of each model three that fire, each as it was tried; then what is over of the first two, in one message.
    expect([told('FIRING').length, told('RESOLVED').length]).toEqual([6, 2])
    expect(said.findIndex((text) => text.startsWith('[RESOLVED]'))).toBeGreaterThan(
      said.findIndex((text) => text.startsWith('[FIRING]')),
    )

    const onTime = heardBy(healthy)
    expect(episodes(onTime).map((words) => words.replace(/(?: firing)+/g, ''))).toEqual(nine)
    const first = new Map<string, number>()
    for (const { dedupKey, atMs } of onTime) if (!first.has(dedupKey)) first.set(dedupKey, atMs)
    // Half a minute after it fired; a kill in that moment costs one claim, which ends after a minute.
    for (const atMs of first.values())
      expect(Math.min(...firedMs.filter((ms) => ms <= atMs).map((ms) => atMs - ms))).toBeLessThanOrEqual(
        3 * MINUTE_MS,
      )
    // Doubled at most where the answer was lost with the process that waited for it.
    const seen = new Set<string>()
    for (const { id } of healthy.received) {
      if (seen.has(id)) expect(excused).toContain(id)
      seen.add(id)
    }
    const own = healthy.received.flatMap(({ body }) => {
      const { data } = JSON.parse(body)
      return (data.alerts ?? [data]).filter(({ model }: { model: string | null }) => model === null)
    })
    expect(own[0]).toMatchObject({ cause: 'undeliverable', severity: 'critical' })
    expect(own.at(-1)).toMatchObject({ state: 'resolved' })
    const { metadata } = instance.stores
    const all = await metadata.listNotifications({ limit: 5_000 })
    expect(all.filter(({ state }) => state === 'given_up')).toEqual([])
  }, 240_000)
})
