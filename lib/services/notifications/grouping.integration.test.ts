import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { type Receiver, startReceiver } from '@/lib/channels/testing'
import type { Verdict } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import { FAULT_POLICY, type Monitor } from '@/lib/domain/monitor'
import { SECOND_MS } from '@/lib/domain/time'
import { ADMIN, AlertInstance, judgeVersion } from '@/lib/services/alerts/alert-testing'
import { addChannel } from '@/lib/services/notifications/add-channel'
import { deliverDue } from '@/lib/services/notifications/deliver-due'

const MODELS = 40
const VERSIONS = 5
/** None of them explains another: five alerts of each version, in one window. */
const MONITORS: readonly Partial<Monitor>[] = (
  [
    { cause: 'data_quality' },
    { cause: 'input_drift' },
    { cause: 'output_drift', severity: 'critical' },
    { cause: 'quality', severity: 'critical' },
    { cause: 'software' },
  ] as const
).map((one) => ({ ...one, policy: FAULT_POLICY }))
const all = (verdict: Verdict) => MONITORS.map(() => verdict)
/** The worker's ticks that matter, after an hour was judged. */
const TICKS_MS: readonly number[] = [5 * SECOND_MS, 31 * SECOND_MS, 33 * SECOND_MS]

interface Judged {
  readonly model: Model
  readonly version: Version
}

async function registerAll(instance: AlertInstance): Promise<Judged[]> {
  const versions: Judged[] = []
  for (let m = 0; m < MODELS; m++)
    for (let v = 0; v < VERSIONS; v++)
      versions.push(await instance.addVersion(`model ${m}`, `v${v}`, MONITORS))
  return versions
}

/** Judges an hour of all versions; the clock runs on while it does, five seconds in all. */
async function judgeAll(
  instance: AlertInstance,
  versions: readonly Judged[],
  n: number,
  verdicts: readonly Verdict[],
): Promise<void> {
  for (const [index, { model, version }] of versions.entries())
    await judgeVersion(instance.context(hour(n).endMs + index * 25), model, version, n, verdicts)
}

async function deliverAfter(instance: AlertInstance, n: number): Promise<void> {
  for (const afterMs of TICKS_MS)
    await deliverDue(instance.context(hour(n).endMs + afterMs), { patienceMs: 60_000 })
}

function jsonOf(receiver: Receiver) {
  return receiver.received.map(({ body }) => JSON.parse(body))
}

/** What a machine was told of each alert, in order. */
function toldOf(receiver: Receiver): Map<string, string[]> {
  const told = new Map<string, string[]>()
  for (const { type, data } of jsonOf(receiver))
    for (const one of type === 'alert.group' ? data.alerts : [{ type, ...data }])
      told.set(one.dedup_key, [...(told.get(one.dedup_key) ?? []), one.type])
  return told
}

describe('1,000 simultaneous breaches on 40 models', () => {
  it('make 25 messages to a machine and 1 to people, and as many when all are over; nothing is lost', async () => {
    await using machine = await startReceiver()
    await using room = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    const ctx = instance.context(hour(0).startMs, ADMIN)
    const { id: machineId } = await instance.addChannel('machine', machine.url)
    await addChannel(ctx, { name: 'room', kind: 'slack', url: room.url })
    const versions = await registerAll(instance)
    await judgeAll(instance, versions, 1, all('drift'))
    await instance.restart()
    await deliverAfter(instance, 1)

    // 20 KB hold 40 alerts by name; what people read names the worst ten and counts the others.
    expect(jsonOf(machine).map(({ type, data }) => `${type} ${data.told} ${data.not_listed}`)).toEqual(
      Array.from({ length: 25 }, () => 'alert.group 40 0'),
    )
    for (const { body } of machine.received) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000)
    expect(toldOf(machine).size).toBe(1_000)
    expect(new Set(machine.received.map(({ id }) => id)).size).toBe(25)
    const [digest] = jsonOf(room)
    expect(room.received).toHaveLength(1)
    expect(digest.text).toMatch(/^\[FIRING\] 1,000 alerts on 40 models; worst: model \d+ v\d: KS 0\.31/)
    expect(digest.blocks[1].text.text).toContain('Firing: 400 critical, 600 warnings.')
    expect(digest.blocks[1].text.text).toContain('… and 990 more.')
    const rows = await instance.stores.metadata.listNotifications({ channelId: machineId, limit: 5_000 })
    expect(rows.filter(({ state }) => state !== 'sent')).toEqual([])

    for (const n of [2, 3]) await judgeAll(instance, versions, n, all('ok'))
    await instance.restart()
    await deliverAfter(instance, 3)
    expect(machine.received).toHaveLength(50)
    expect(room.received).toHaveLength(2)
    expect(jsonOf(room)[1].text).toMatch(/^\[RESOLVED\] 1,000 alerts on 40 models/)
    const told = toldOf(machine)
    expect(told.size).toBe(1_000)
    for (const types of told.values()) expect(types).toEqual(['alert.firing', 'alert.resolved'])
    const { metadata } = instance.stores
    const left = await metadata.listAlerts({ states: ['firing', 'recovering'], limit: 10 })
    expect(left).toEqual([])
    const kinds = (await metadata.listAlertEvents(500)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'notified')).toHaveLength(4)
  }, 240_000)
})
