import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { type Receiver, startReceiver } from '@/lib/channels/testing'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { acknowledgeAlert } from '@/lib/services/alerts/acknowledge-alert'
import { ADMIN, AlertInstance } from '@/lib/services/alerts/alert-testing'
import { addChannel } from '@/lib/services/notifications/add-channel'
import { deleteChannel } from '@/lib/services/notifications/delete-channel'
import { deliverDue } from '@/lib/services/notifications/deliver-due'
import { sendHeartbeat, setHeartbeat } from '@/lib/services/notifications/heartbeat'
import { saveRoutes } from '@/lib/services/notifications/save-routes'
import { testChannel } from '@/lib/services/notifications/test-channel'
import { updateChannel } from '@/lib/services/notifications/update-channel'
import { type ProcessFacts, watchSelf } from '@/lib/services/notifications/watch-self'

const DOWN = { kind: 'status', status: 500 } as const
const UP = { kind: 'status', status: 200 } as const
const NOW_MS = hour(1).endMs
const QUIET: ProcessFacts = { room: null, failing: {}, upSinceMs: 0 }

async function tick(instance: AlertInstance, nowMs: number, facts = QUIET) {
  await watchSelf(instance.context(nowMs), facts)
  await deliverDue(instance.context(nowMs), { patienceMs: 10_000 })
}

async function tickThrough(instance: AlertInstance, fromMs: number, toMs: number, stepMs = MINUTE_MS) {
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += stepMs) await tick(instance, nowMs)
}

const titles = (receiver: Receiver) =>
  receiver.received
    .map(({ body }) => JSON.parse(body).data.title as string)
    .filter((title) => /Plumbline:/.test(title))

describe('a destination that cannot be reached', () => {
  it('is told on the others once, repeated after four hours, and closed when it works again', async () => {
    await using broken = await startReceiver(DOWN)
    await using healthy = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('broken', broken.url)
    await instance.addChannel('healthy', healthy.url)
    await instance.fire()
    await tickThrough(instance, NOW_MS, NOW_MS + 5 * HOUR_MS, 5 * MINUTE_MS)
    expect(titles(healthy)).toEqual([
      '[FIRING] Plumbline: messages to broken do not arrive',
      '[FIRING] Plumbline: messages to broken do not arrive',
    ])
    expect(titles(broken)).toEqual([])
    broken.behave(UP)
    await tickThrough(instance, NOW_MS + 5 * HOUR_MS, NOW_MS + 6.5 * HOUR_MS, 5 * MINUTE_MS)
    expect(titles(healthy).at(-1)).toBe('[RESOLVED] Plumbline: messages to broken do not arrive')
    expect(titles(healthy)).toHaveLength(3)
  }, 60_000)

  it('ends with the channel', async () => {
    await using broken = await startReceiver(DOWN)
    await using healthy = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    const { id } = await instance.addChannel('broken', broken.url)
    await instance.addChannel('healthy', healthy.url)
    await instance.fire()
    await tickThrough(instance, NOW_MS, NOW_MS + 30 * MINUTE_MS)
    await deleteChannel(instance.context(NOW_MS + 31 * MINUTE_MS, ADMIN), id)
    await tick(instance, NOW_MS + 32 * MINUTE_MS)
    expect(titles(healthy).map((title) => title.split(' ')[0])).toEqual(['[FIRING]', '[RESOLVED]'])
  })

  it('is one that was sealed under a key that is gone, too', async () => {
    await using sealed = await startReceiver()
    await using healthy = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    const secretKey = new Uint8Array(32).fill(7)
    await addChannel({ ...instance.context(NOW_MS, ADMIN), secretKey }, { name: 'sealed', url: sealed.url })
    await instance.addChannel('healthy', healthy.url)
    await instance.fire()
    await tickThrough(instance, NOW_MS, NOW_MS + 30 * MINUTE_MS)
    expect(titles(healthy)).toEqual(['[FIRING] Plumbline: messages to sealed do not arrive'])
    const { data } = JSON.parse(healthy.received.at(-1)?.body ?? '')
    expect(data.text).toContain('The last answer was: stored under another key.')
    expect(sealed.received).toEqual([])
  })

  it('is no trouble for a test that failed', async () => {
    await using broken = await startReceiver(DOWN)
    await using healthy = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    const { id } = await instance.addChannel('broken', broken.url)
    await instance.addChannel('healthy', healthy.url)
    await testChannel(instance.context(NOW_MS, ADMIN), id)
    await tickThrough(instance, NOW_MS, NOW_MS + HOUR_MS, 10 * MINUTE_MS)
    expect(titles(healthy)).toEqual([])
  })
})

describe('other trouble', () => {
  it('of the disk goes where the routes say, and is silent once it is over before it was told', async () => {
    await using one = await startReceiver()
    await using two = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('one', one.url)
    const { id } = await instance.addChannel('two', two.url)
    const route = {
      name: 'disk',
      models: [],
      severities: [],
      causes: ['storage_nearly_full'],
      owners: [],
      slices: [],
      hours: null,
      channels: [id],
      continues: false,
    }
    await saveRoutes(instance.context(NOW_MS, ADMIN), { revision: 0, routes: [route] })
    const full = { ...QUIET, room: { freeBytes: 1, totalBytes: 1e12 } }
    await watchSelf(instance.context(NOW_MS), full)
    await tick(instance, NOW_MS + MINUTE_MS)
    expect([titles(one), titles(two)]).toEqual([[], []])
    await tick(instance, NOW_MS + HOUR_MS, full)
    expect([titles(one), titles(two)]).toEqual([[], ['[FIRING] Plumbline: the disk is nearly full']])
  })

  it('opens the same trouble once, whoever looks', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    const full = { ...QUIET, room: { freeBytes: 1, totalBytes: 1e12 } }
    expect(await watchSelf(instance.context(NOW_MS), full)).toBe(1)
    await instance.restart()
    expect(await watchSelf(instance.context(NOW_MS + MINUTE_MS), full)).toBe(0)
  })

  it('ends all at once, however much was wrong', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    const { metadata } = instance.stores
    for (let i = 0; i < 210; i++) {
      const about = { kind: 'shipper_silent', subject: String(i), severity: 'warning' } as const
      const words = { title: `${i}`, text: '', firedMs: NOW_MS, dedupKey: `${i}` }
      await metadata.openSelfAlert({ ...about, ...words }, [])
    }
    expect(await watchSelf(instance.context(NOW_MS), QUIET)).toBe(210)
    expect(await metadata.listSelfAlerts({ resolvedToo: false, limit: 1 })).toEqual([])
  })
})

describe('routes', () => {
  it('decide who is told, and the end goes to whoever was', async () => {
    await using one = await startReceiver()
    await using two = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    const { id } = await instance.addChannel('one', one.url)
    await instance.addChannel('two', two.url)
    const route = {
      name: 'fraud',
      models: ['fraud'],
      severities: [],
      causes: [],
      owners: [],
      slices: [],
      hours: null,
      channels: [id],
      continues: false,
      groupWaitMs: 0,
    }
    const ctx = instance.context(NOW_MS, ADMIN)
    const { revision } = await saveRoutes(ctx, { revision: 0, routes: [route] })
    await expect(saveRoutes(ctx, { revision: 0, routes: [] })).rejects.toMatchObject({ code: 'conflict' })
    await expect(saveRoutes(ctx, { revision, routes: [{ ...route, channels: [99] }] })).rejects.toMatchObject(
      {
        code: 'invalid',
      },
    )
    await instance.fire()
    await deliverDue(instance.context(NOW_MS + 1), { patienceMs: 10_000 })
    await saveRoutes(ctx, { revision, routes: [{ ...route, channels: [] }] })
    for (const n of [2, 3]) await instance.judge(n, ['ok', 'ok'])
    await deliverDue(instance.context(hour(3).endMs + 31_000), { patienceMs: 10_000 })
    expect(one.received.map(({ body }) => JSON.parse(body).type)).toEqual(['alert.firing', 'alert.resolved'])
    expect(two.received).toEqual([])
  })
})

describe('an acknowledgement', () => {
  it('is told to PagerDuty, which pages until then, and to nobody else', async () => {
    await using pager = await startReceiver({ kind: 'status', status: 202 })
    await using room = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    const ctx = instance.context(NOW_MS, ADMIN)
    await addChannel(ctx, { name: 'pager', kind: 'pagerduty', url: pager.url, secret: 'R'.repeat(32) })
    await instance.addChannel('room', room.url)
    await instance.fire()
    await deliverDue(instance.context(NOW_MS + 31_000), { patienceMs: 10_000 })
    await acknowledgeAlert(instance.context(NOW_MS + MINUTE_MS, ADMIN), 1)
    await deliverDue(instance.context(NOW_MS + 2 * MINUTE_MS), { patienceMs: 10_000 })
    for (const n of [2, 3]) await instance.judge(n, ['ok', 'ok'])
    await deliverDue(instance.context(hour(3).endMs + 31_000), { patienceMs: 10_000 })
    const events = pager.received.map(({ body }) => JSON.parse(body))
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'acknowledge', 'resolve'])
    expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(1)
    expect(room.received.map(({ body }) => JSON.parse(body).type)).toEqual(['alert.firing', 'alert.resolved'])
  })
})

describe('a channel that is changed', () => {
  it('keeps its secret on its host, and asks for it again on another', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    const ctx = instance.context(NOW_MS, ADMIN)
    const wish = {
      name: 'pd',
      kind: 'pagerduty' as const,
      secret: 'R'.repeat(32),
      url: 'http://127.0.0.1:9/a',
    }
    const { channel, secret } = await addChannel(ctx, wish)
    expect(secret).toBeNull()
    await updateChannel(ctx, channel.id, { url: 'http://127.0.0.1:9/b' })
    await expect(updateChannel(ctx, channel.id, { url: 'http://127.0.0.2:9/b' })).rejects.toMatchObject({
      details: { reason: 'secret_needed' },
    })
    await updateChannel(ctx, channel.id, { url: 'http://127.0.0.2:9/b', secret: 'S'.repeat(32) })
    expect((await ctx.metadata.listChannels())[0]?.host).toBe('127.0.0.2:9')
  })
})

describe('the sign of life', () => {
  it('goes out while everything works, at its interval, and stops when it does not', async () => {
    await using watcher = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await setHeartbeat(instance.context(NOW_MS, ADMIN), { url: watcher.url, everyMs: 5 * MINUTE_MS })
    const send = (afterMs: number, isWorking = true) =>
      sendHeartbeat(instance.context(NOW_MS + afterMs), isWorking)
    expect(await send(0)).toBe(1)
    expect(await send(4 * MINUTE_MS)).toBe(0)
    expect(await send(5 * MINUTE_MS, false)).toBe(0)
    expect(await send(6 * MINUTE_MS)).toBe(1)
    expect(watcher.received).toHaveLength(2)
    await setHeartbeat(instance.context(NOW_MS, ADMIN), null)
    expect(await send(HOUR_MS)).toBe(0)
  })
})
