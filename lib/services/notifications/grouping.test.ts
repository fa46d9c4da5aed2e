import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { OK, type Receiver, startReceiver } from '@/lib/channels/testing'
import { FAULT_POLICY } from '@/lib/domain/monitor'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/domain/time'
import { ADMIN, AlertInstance, judgeVersion } from '@/lib/services/alerts/alert-testing'
import { resolveAlert } from '@/lib/services/alerts/resolve-alert'
import { silenceAlert } from '@/lib/services/alerts/silence-alert'
import { addChannel } from '@/lib/services/notifications/add-channel'
import { deliverDue } from '@/lib/services/notifications/deliver-due'
import { saveRoutes } from '@/lib/services/notifications/save-routes'

const FIRED_MS = hour(1).endMs
const MONITOR = { policy: FAULT_POLICY }

function deliver(instance: AlertInstance, nowMs: number): Promise<number> {
  return deliverDue(instance.context(nowMs), { patienceMs: 60_000 })
}

function titles(receiver: Receiver): string[] {
  return receiver.received.map(({ body }) => JSON.parse(body).data.title)
}

/** Versions of models, each judged as drifted at hour 1 (and so an alert of its own): `fraud v1`, `churn v1`. */
async function breach(instance: AlertInstance, ...names: string[]) {
  const judged = []
  for (const name of names) {
    const [modelName = '', versionName = ''] = name.split(' ')
    const { model, version } = await instance.addVersion(modelName, versionName, [MONITOR])
    await judgeVersion(instance.context(FIRED_MS), model, version, 1, ['drift'])
    judged.push({ model, version })
  }
  return judged
}

describe('alerts of one model', () => {
  it('are told in one message, the next five minutes later, and their end in one', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    const { id: channelId } = await instance.addChannel('on-call', receiver.url)
    const judged = await breach(instance, 'fraud v1', 'fraud v2', 'churn v1')
    await deliver(instance, FIRED_MS + 31 * SECOND_MS)
    expect(titles(receiver).sort()).toEqual([
      '[FIRING] 2 alerts on fraud; worst: fraud v1: KS 0.31 > 0.20 on c1',
      '[FIRING] churn v1: KS 0.31 > 0.20 on c1',
    ])
    expect(await instance.kinds(1)).toEqual(['fired', 'notified'])
    const [, notified] = await instance.stores.metadata.listAlertEvents(2)
    expect(notified?.note).toBe('on-call (firing), together with 1 other.')

    const late = await instance.addVersion('fraud', 'v3', [MONITOR])
    const lateMs = FIRED_MS + 2 * MINUTE_MS
    await judgeVersion(instance.context(lateMs), late.model, late.version, 1, ['drift'])
    await deliver(instance, lateMs + MINUTE_MS)
    expect(receiver.received).toHaveLength(2)
    await instance.restart()
    await deliver(instance, FIRED_MS + 6 * MINUTE_MS)
    expect(titles(receiver)[2]).toBe('[FIRING] fraud v3: KS 0.31 > 0.20 on c1')

    for (const n of [2, 3])
      for (const { model, version } of [...judged, late])
        await judgeVersion(instance.context(hour(n).endMs), model, version, n, ['ok'])
    await deliver(instance, hour(3).endMs + 31 * SECOND_MS)
    expect(titles(receiver).slice(3).sort()).toEqual([
      '[RESOLVED] 3 alerts on fraud; among them: fraud v3: KS 0.31 > 0.20 on c1',
      '[RESOLVED] churn v1: KS 0.31 > 0.20 on c1',
    ])
    const messages = await instance.stores.metadata.listNotifications({ channelId, limit: 50 })
    expect(messages.filter(({ state }) => state !== 'sent')).toEqual([])
  })

  it('keep their key through failures and a restart, and leave out what was silenced meanwhile', async () => {
    await using receiver = await startReceiver({ kind: 'status', status: 500 })
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await breach(instance, 'fraud v1', 'fraud v2', 'fraud v3')
    await deliver(instance, FIRED_MS + 31 * SECOND_MS)
    await breach(instance, 'fraud v4')
    await silenceAlert(instance.context(FIRED_MS + MINUTE_MS, ADMIN), 2, { reason: 'known' })
    await instance.restart()
    receiver.behave(OK)
    await deliver(instance, FIRED_MS + 2 * MINUTE_MS)
    const [failed, told] = receiver.received.filter(({ body }) => JSON.parse(body).type === 'alert.group')
    expect(told?.id).toBe(failed?.id)
    const namesIn = (body = '{}') =>
      JSON.parse(body).data.alerts.map(({ alert_id }: { alert_id: number }) => alert_id)
    expect(namesIn(failed?.body)).toEqual([1, 2, 3])
    expect(namesIn(told?.body)).toEqual([1, 3])
    // What came later never joins what was tried: a receiver may know that key already.
    expect(titles(receiver)).toContain('[FIRING] fraud v4: KS 0.31 > 0.20 on c1')
    expect((await instance.kinds(2)).at(-1)).toBe('not_notified')
    expect(await instance.kinds(3)).toEqual(['fired', 'notification_failed', 'notified'])
  })

  it('read as one alert when all others are gone by the time', async () => {
    await using receiver = await startReceiver({ kind: 'status', status: 500 }, OK)
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await breach(instance, 'fraud v1', 'fraud v2')
    await deliver(instance, FIRED_MS + 31 * SECOND_MS)
    await silenceAlert(instance.context(FIRED_MS + MINUTE_MS, ADMIN), 2, { reason: 'known' })
    await deliver(instance, FIRED_MS + 2 * MINUTE_MS)
    expect(receiver.received[1]?.id).toBe(receiver.received[0]?.id)
    expect(JSON.parse(receiver.received[1]?.body ?? '')).toMatchObject({
      type: 'alert.firing',
      data: { alert_id: 1 },
    })
  })

  it('are over at once for whoever ends one by hand', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await breach(instance, 'fraud v1')
    await deliver(instance, FIRED_MS + 31 * SECOND_MS)
    await resolveAlert(instance.context(FIRED_MS + MINUTE_MS, ADMIN), 1, 'expected')
    await deliver(instance, FIRED_MS + MINUTE_MS + 1)
    expect(titles(receiver)[1]).toBe('[RESOLVED] fraud v1: KS 0.31 > 0.20 on c1')
  })
})

describe('where each alert stands alone', () => {
  it('PagerDuty hears of each, Alertmanager of all in few requests', async () => {
    await using pager = await startReceiver({ kind: 'status', status: 202 })
    await using prometheus = await startReceiver({ kind: 'status', status: 200, body: '' })
    await using instance = await AlertInstance.open(openTestStores)
    const ctx = instance.context(hour(0).startMs, ADMIN)
    await addChannel(ctx, { name: 'pager', kind: 'pagerduty', url: pager.url, secret: 'R'.repeat(32) })
    await addChannel(ctx, { name: 'prometheus', kind: 'alertmanager', url: prometheus.url })
    await breach(instance, ...Array.from({ length: 52 }, (_, index) => `fraud v${index}`))
    await deliver(instance, FIRED_MS + 31 * SECOND_MS)
    const keys = pager.received.map(({ body }) => JSON.parse(body).dedup_key)
    expect([keys.length, new Set(keys).size]).toEqual([52, 52])
    expect(prometheus.received.map(({ body }) => JSON.parse(body).length).sort()).toEqual([2, 50])
  })

  it('a route can ask for it', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    const { id } = await instance.addChannel('on-call', receiver.url)
    const route = { name: 'all', models: [], severities: [], causes: [], owners: [], slices: [], hours: null }
    const routes = [{ ...route, channels: [id], continues: false, groupBy: ['alert' as const] }]
    await saveRoutes(instance.context(FIRED_MS, ADMIN), { revision: 0, routes })
    await breach(instance, 'fraud v1', 'fraud v2')
    await deliver(instance, FIRED_MS + 31 * SECOND_MS)
    expect(receiver.received).toHaveLength(2)
  })
})

describe('an alert that comes back as a warning and grows worse', () => {
  it('is told of the worse, although the warning is held back for a day', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    const judge = (n: number, verdict: 'drift' | 'ok' | 'severe') => instance.judge(n, [verdict, 'ok'])
    for (const n of [0, 1]) await judge(n, 'drift')
    await deliver(instance, hour(1).endMs + MINUTE_MS)
    for (const n of [2, 3]) await judge(n, 'ok')
    await deliver(instance, hour(3).endMs + MINUTE_MS)
    for (const n of [4, 5]) await judge(n, 'drift')
    await deliver(instance, hour(5).endMs + MINUTE_MS)
    expect(receiver.received).toHaveLength(2)
    await judge(6, 'severe')
    await deliver(instance, hour(6).endMs + MINUTE_MS)
    expect(titles(receiver).slice(2)).toHaveLength(1)
    expect(JSON.parse(receiver.received[2]?.body ?? '').data.severity).toBe('critical')
    for (const n of [7, 8]) await judge(n, 'ok')
    await deliver(instance, hour(8).endMs + MINUTE_MS)
    expect(titles(receiver)[3]).toContain('[RESOLVED]')
    await deliver(instance, hour(8).endMs + 30 * HOUR_MS)
    expect(receiver.received).toHaveLength(4)
  })
})
