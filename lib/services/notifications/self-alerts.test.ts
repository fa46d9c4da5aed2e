import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { type Receiver, startReceiver } from '@/lib/channels/testing'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/domain/time'
import { ADMIN, AlertInstance, VIEWER } from '@/lib/services/alerts/alert-testing'
import { acknowledgeSelfAlert } from '@/lib/services/notifications/acknowledge-self-alert'
import { addChannel } from '@/lib/services/notifications/add-channel'
import { deliverDue } from '@/lib/services/notifications/deliver-due'
import { silenceSelfAlert } from '@/lib/services/notifications/silence-self-alert'
import { type ProcessFacts, watchSelf } from '@/lib/services/notifications/watch-self'

const NOW_MS = hour(1).endMs
const GIB = 2 ** 30
const FINE: ProcessFacts = { room: null, failing: {}, upSinceMs: 0 }
const FULL: ProcessFacts = { ...FINE, room: { freeBytes: GIB / 2, totalBytes: 100 * GIB } }

async function tick(instance: AlertInstance, nowMs: number, facts = FULL) {
  await watchSelf(instance.context(nowMs), facts)
  await deliverDue(instance.context(nowMs), { patienceMs: 10_000 })
}

async function tickThrough(instance: AlertInstance, fromMs: number, toMs: number, facts = FULL) {
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += 10 * MINUTE_MS) await tick(instance, nowMs, facts)
}

const titles = (receiver: Receiver) =>
  receiver.received.map(({ body }) =>
    JSON.parse(body).data.title.replace('Plumbline: the disk is nearly full', 'disk'),
  )

describe('an alert of Plumbline about itself', () => {
  it('is not repeated once somebody is on it; PagerDuty hears of that, and its end is told', async () => {
    await using room = await startReceiver()
    await using pager = await startReceiver({ kind: 'status', status: 202 })
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('room', room.url)
    const wish = { name: 'pager', kind: 'pagerduty' as const, url: pager.url, secret: 'R'.repeat(32) }
    await addChannel(instance.context(NOW_MS, ADMIN), wish)
    await tick(instance, NOW_MS)
    const ctx = instance.context(NOW_MS + MINUTE_MS, ADMIN)
    expect(await acknowledgeSelfAlert(ctx, 1)).toMatchObject({ acknowledgedBy: 'ada' })
    await acknowledgeSelfAlert({ ...ctx, principal: { ...ADMIN, name: 'eve' } as typeof ADMIN }, 1)
    expect((await instance.stores.metadata.listAudit(1))[0]).toMatchObject({
      action: 'self_alert.acknowledge',
      actor: 'ada',
    })
    await instance.restart()
    await tickThrough(instance, NOW_MS + 10 * MINUTE_MS, NOW_MS + 9 * HOUR_MS)
    expect(titles(room)).toEqual(['[FIRING] disk'])
    await tick(instance, NOW_MS + 10 * HOUR_MS, FINE)
    expect(titles(room)).toEqual(['[FIRING] disk', '[RESOLVED] disk'])
    const actions = pager.received.map(({ body }) => JSON.parse(body).event_action)
    expect(actions).toEqual(['trigger', 'acknowledge', 'resolve'])
    const later = instance.context(NOW_MS + 11 * HOUR_MS, ADMIN)
    await expect(acknowledgeSelfAlert(later, 1)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is quiet while it is silenced, over a restart, and told once when that is over', async () => {
    await using room = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('room', room.url)
    await tick(instance, NOW_MS)
    const ctx = instance.context(NOW_MS + MINUTE_MS, ADMIN)
    await silenceSelfAlert(ctx, 1, { reason: 'a larger disk comes tonight', durationMs: 6 * HOUR_MS })
    expect((await instance.stores.metadata.listAudit(1))[0]).toMatchObject({ action: 'self_alert.silence' })
    await instance.restart()
    await tickThrough(instance, NOW_MS + 10 * MINUTE_MS, NOW_MS + 6 * HOUR_MS)
    expect(titles(room)).toEqual(['[FIRING] disk'])
    await tickThrough(instance, NOW_MS + 6 * HOUR_MS + 10 * MINUTE_MS, NOW_MS + 9 * HOUR_MS)
    expect(titles(room)).toEqual(['[FIRING] disk', '[FIRING] disk'])
  })

  it('is silenced before it could be told: then it is not told, nor is its end', async () => {
    await using room = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('room', room.url)
    await watchSelf(instance.context(NOW_MS), FULL)
    await silenceSelfAlert(instance.context(NOW_MS, ADMIN), 1, { reason: 'known' })
    await tickThrough(instance, NOW_MS + 1, NOW_MS + HOUR_MS)
    await tick(instance, NOW_MS + 2 * HOUR_MS, FINE)
    expect(room.received).toEqual([])
  })

  it('can be acted on by administrators only, with a reason', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    await watchSelf(instance.context(NOW_MS), FULL)
    const viewer = instance.context(NOW_MS, VIEWER)
    await expect(acknowledgeSelfAlert(viewer, 1)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(silenceSelfAlert(viewer, 1, { reason: 'x' })).rejects.toMatchObject({ code: 'forbidden' })
    const admin = instance.context(NOW_MS, ADMIN)
    await expect(silenceSelfAlert(admin, 1, { reason: ' ' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(acknowledgeSelfAlert(admin, 9)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('windows that wait to be judged', () => {
  const lagOf = async (instance: AlertInstance) =>
    (await instance.stores.metadata.listSelfAlerts({ resolvedToo: false, limit: 9 })).map(({ kind }) => kind)
  const wait = (instance: AlertInstance) =>
    instance.stores.series.addDue([
      { versionId: instance.version.id, ...hour(0), dueMs: hour(0).endMs, backfill: false },
    ])

  it('are told of although the worker starts again every half minute', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    await wait(instance)
    for (let nowMs = NOW_MS; nowMs < NOW_MS + MINUTE_MS; nowMs += 15 * SECOND_MS) {
      await instance.restart()
      await tick(instance, nowMs, { ...FINE, upSinceMs: nowMs })
      expect(await lagOf(instance)).toEqual([])
    }
    await instance.restart()
    const nowMs = NOW_MS + MINUTE_MS
    await tick(instance, nowMs, { ...FINE, upSinceMs: nowMs })
    expect(await lagOf(instance)).toEqual(['evaluator_lag'])
  })

  it('are not told of when they are judged soon after a start', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    await wait(instance)
    await tick(instance, NOW_MS, FINE)
    const { metadata, series } = instance.stores
    const [due] = await series.listDue(NOW_MS, 1)
    await metadata.commitVerdicts({
      versionId: instance.version.id,
      window: hour(0),
      settlesDueMs: due?.dueMs ?? null,
      evaluations: [],
      states: [],
      alerts: [],
      events: [],
      notifications: [],
    })
    await tick(instance, NOW_MS + 30 * SECOND_MS, FINE)
    await wait(instance)
    await tick(instance, NOW_MS + 2 * MINUTE_MS, FINE)
    expect(await lagOf(instance)).toEqual([])
  })
})

describe('a shipper that is silent', () => {
  it('is not one that could not be heard: the machine slept, or its clock was put forward', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    const { metadata } = instance.stores
    const made = { createdMs: NOW_MS, createdBy: 'ada', lastUsedMs: null, revokedMs: null }
    const key = await metadata.addKey({ name: 'vector', prefix: 'p', hash: 'h', scopes: ['ingest'], ...made })
    const look = async (nowMs: number) => {
      await watchSelf(instance.context(nowMs), FINE)
      return (await metadata.listSelfAlerts({ resolvedToo: false, limit: 9 })).map(({ kind }) => kind)
    }
    const dayMs = 24 * HOUR_MS
    for (let atMs = NOW_MS; atMs <= NOW_MS + dayMs; atMs += 10 * MINUTE_MS) {
      await metadata.touchKeys([{ keyId: key.id, atMs }])
      expect(await look(atMs)).toEqual([])
    }
    const awakeMs = NOW_MS + 3 * dayMs
    for (const minutes of [0, 10, 20]) expect(await look(awakeMs + minutes * MINUTE_MS)).toEqual([])
    expect(await look(awakeMs + 30 * MINUTE_MS)).toEqual(['shipper_silent'])
  })
})
