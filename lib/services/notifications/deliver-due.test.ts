import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { OK, type Receiver, startReceiver } from '@/lib/channels/testing'
import type { NotificationType } from '@/lib/domain/alert'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { acknowledgeAlert } from '@/lib/services/alerts/acknowledge-alert'
import { ADMIN, AlertInstance } from '@/lib/services/alerts/alert-testing'
import { resolveAlert } from '@/lib/services/alerts/resolve-alert'
import { silenceAlert } from '@/lib/services/alerts/silence-alert'
import { deliverDue } from '@/lib/services/notifications/deliver-due'
import { deliverMessage } from '@/lib/services/notifications/deliver-message'
import { queueRepeats } from '@/lib/services/notifications/queue-notifications'
import { updateChannel } from '@/lib/services/notifications/update-channel'

const DOWN = { kind: 'status', status: 500 } as const
const FIRED_MS = hour(1).endMs
const WAIT_MS = 31_000

function types(receiver: Receiver): NotificationType[] {
  return receiver.received.map(({ body }) => JSON.parse(body).type)
}

function titles(receiver: Receiver): string[] {
  return receiver.received.map(({ body }) => JSON.parse(body).data.title)
}

async function deliver(instance: AlertInstance, nowMs: number, patienceMs = 10_000) {
  return deliverDue(instance.context(nowMs), { patienceMs })
}

/** Delivers every ten minutes of a virtual clock. */
async function deliverThrough(
  instance: AlertInstance,
  fromMs: number,
  toMs: number,
  stepMs = 10 * MINUTE_MS,
) {
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += stepMs) await deliver(instance, nowMs)
}

describe('from a breach to a message', () => {
  it('waits half a minute, then sends one signed message that says it all', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    const { secret } = await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    expect(await deliver(instance, FIRED_MS + 29_000)).toBe(0)
    expect(await deliver(instance, FIRED_MS + WAIT_MS)).toBe(1)
    expect(titles(receiver)).toEqual(['[FIRING] fraud v7: KS 0.31 > 0.20 on c1'])
    const { data } = JSON.parse(receiver.received[0]?.body ?? '')
    expect(data).toMatchObject({
      value: 0.31,
      limit: 0.2,
      n: 1_200,
      link: 'http://plumbline.example/alerts/1',
    })
    const { body = '', headers = {} } = receiver.received[0] ?? {}
    const recently = { ...headers, 'webhook-timestamp': headers['webhook-timestamp'] ?? '' }
    expect(Math.abs(Number(recently['webhook-timestamp']) - (FIRED_MS + WAIT_MS) / 1_000)).toBeLessThan(2)
    expect(
      new Webhook(secret).sign(
        headers['webhook-id'] ?? '',
        new Date(Number(headers['webhook-timestamp']) * 1_000),
        body,
      ),
    ).toBe(headers['webhook-signature'])
    expect(await instance.kinds()).toEqual(['fired', 'notified'])
  })

  it('takes a member that joins within the wait into the first message', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.judge(0, ['drift', 'ok'])
    await instance.judge(1, ['drift', 'drift'])
    await instance.judge(2, ['drift', 'drift'])
    await deliver(instance, hour(2).endMs + WAIT_MS)
    expect(types(receiver)).toEqual(['alert.firing'])
    expect(JSON.parse(receiver.received[0]?.body ?? '').data.columns_hit).toBe(2)
  })

  it('sends updates five minutes apart at most, and the resolution last', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await deliver(instance, FIRED_MS + WAIT_MS)
    await instance.judge(2, ['drift', 'drift'])
    await instance.judge(3, ['drift', 'drift'])
    await deliver(instance, hour(3).endMs + WAIT_MS)
    await instance.judge(4, ['ok', 'ok'])
    await instance.judge(5, ['ok', 'ok'])
    await instance.judge(6, ['ok', 'ok'])
    await deliver(instance, hour(6).endMs)
    expect(types(receiver)).toEqual(['alert.firing', 'alert.updated', 'alert.resolved'])
    expect(titles(receiver)[2]).toContain('[RESOLVED]')
  })

  it('never sends anything for history', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.judge(0, ['drift', 'ok'], { historical: true })
    await instance.judge(1, ['drift', 'ok'], { historical: true })
    await deliverThrough(instance, FIRED_MS, FIRED_MS + 2 * DAY_MS, HOUR_MS)
    expect((await instance.alert()).historical).toBe(true)
    expect(receiver.received).toEqual([])
  })

  it('says in the history when there is nobody to tell, and tells a channel that is added later', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.fire()
    const events = await instance.stores.metadata.listAlertEvents(1)
    expect(events.at(-1)).toMatchObject({
      kind: 'not_notified',
      note: 'There is no channel to send it to.',
    })
    await instance.addChannel('late', receiver.url)
    await deliverThrough(instance, FIRED_MS + MINUTE_MS, FIRED_MS + 3 * MINUTE_MS, MINUTE_MS)
    expect(types(receiver)).toEqual(['alert.firing'])
  })
})

describe('repeats', () => {
  it('tells a warning again after a day, until somebody is on it', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await deliverThrough(instance, FIRED_MS, FIRED_MS + DAY_MS + 2 * HOUR_MS, HOUR_MS)
    expect(types(receiver)).toEqual(['alert.firing', 'alert.firing'])
    expect(receiver.received[0]?.id).not.toBe(receiver.received[1]?.id)
    await acknowledgeAlert(instance.context(FIRED_MS + DAY_MS + 2 * HOUR_MS, ADMIN), 1)
    await deliverThrough(instance, FIRED_MS + DAY_MS + 2 * HOUR_MS, FIRED_MS + 3 * DAY_MS, HOUR_MS)
    expect(receiver.received).toHaveLength(2)
  })

  it('pages at most once a repeat interval for an alert that comes and goes', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    for (let n = 0; n < 96; n++) {
      await instance.judge(n, [n % 4 < 2 ? 'drift' : 'ok', 'ok'])
      await deliver(instance, hour(n).endMs + WAIT_MS)
    }
    expect((await instance.kinds()).filter((kind) => kind === 'reopened').length).toBeGreaterThan(20)
    expect(types(receiver).filter((type) => type === 'alert.firing').length).toBeLessThanOrEqual(5)
  })
})

describe('a receiver in trouble', () => {
  it('gets every transition in order after an outage, with the same webhook-id on every attempt', async () => {
    await using receiver = await startReceiver(DOWN)
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await deliverThrough(instance, FIRED_MS, hour(2).endMs)
    await instance.judge(3, ['drift', 'drift'])
    await instance.judge(4, ['drift', 'drift'])
    await instance.judge(5, ['ok', 'ok'])
    await instance.judge(6, ['ok', 'ok'])
    await deliverThrough(instance, hour(6).endMs, hour(60).endMs)
    const failed = receiver.received.length
    expect(failed).toBeGreaterThan(40)
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1)
    receiver.behave(OK)
    await deliverThrough(instance, hour(60).endMs, hour(63).endMs)
    expect(types(receiver).slice(failed)).toEqual(['alert.firing', 'alert.resolved'])
    expect(titles(receiver)[failed]).toContain('(ended meanwhile)')
    expect(receiver.received[failed]?.id).toBe(receiver.received[0]?.id)
    const { metadata } = instance.stores
    const messages = await metadata.listNotifications({ alertId: 1, limit: 10 })
    expect(messages.map(({ state }) => state)).toEqual(['sent', 'sent'])
    expect(await metadata.listAttempts(messages.at(-1)?.id ?? 0)).toHaveLength(failed + 1)
  })

  it('is given up after 72 hours, and is not told of the end of what it never heard of', async () => {
    await using receiver = await startReceiver(DOWN)
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await deliverThrough(instance, FIRED_MS, hour(4).endMs, HOUR_MS)
    await instance.judge(5, ['ok', 'ok'])
    await instance.judge(6, ['ok', 'ok'])
    await deliverThrough(instance, hour(6).endMs, FIRED_MS + 75 * HOUR_MS, HOUR_MS)
    receiver.behave(OK)
    await deliverThrough(instance, FIRED_MS + 75 * HOUR_MS, FIRED_MS + 78 * HOUR_MS, HOUR_MS)
    expect(new Set(types(receiver))).toEqual(new Set(['alert.firing']))
    const messages = await instance.stores.metadata.listNotifications({ alertId: 1, limit: 10 })
    expect(messages.map(({ type, state }) => `${type} ${state}`)).toEqual([
      'alert.resolved cancelled',
      'alert.firing given_up',
    ])
    expect((await instance.kinds()).slice(-2)).toEqual(['notification_failed', 'not_notified'])
  })

  it('waits no longer for a first message when the clock is set back by an hour', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await deliver(instance, FIRED_MS + 5_000)
    for (const afterMs of [5_000, 29_000]) await deliver(instance, FIRED_MS - HOUR_MS + afterMs)
    expect(receiver.received).toEqual([])
    await deliver(instance, FIRED_MS - HOUR_MS + WAIT_MS)
    expect(types(receiver)).toEqual(['alert.firing'])
    // A person ends it before the clock is again where it was: the end follows what was stored by a later clock.
    await resolveAlert(instance.context(FIRED_MS - 30 * MINUTE_MS, ADMIN), 1)
    await deliver(instance, FIRED_MS - 29 * MINUTE_MS)
    expect(types(receiver)).toEqual(['alert.firing', 'alert.resolved'])
  })

  it('that refuses one for good is not asked again before it would have been repeated', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', 'http://127.0.0.1:9/')
    await instance.fire()
    const { metadata } = instance.stores
    const [first] = await metadata.listNotifications({ alertId: 1, limit: 10 })
    const refused = {
      notificationId: first?.id ?? 0,
      atMs: FIRED_MS,
      durationMs: 1,
      status: 550,
      error: 'http_550',
    }
    await metadata.recordAttempt(refused, { state: 'given_up' })
    for (const [afterMs, rows] of [
      [MINUTE_MS, 0],
      [DAY_MS - 1, 0],
      [DAY_MS, 1],
    ] as const)
      expect(await queueRepeats(instance.context(FIRED_MS + afterMs))).toBe(rows)
  })

  it('is waited for as long as it asks', async () => {
    await using receiver = await startReceiver(
      { kind: 'status', status: 429, headers: { 'retry-after': '1800' } },
      OK,
    )
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await deliver(instance, FIRED_MS + WAIT_MS)
    await deliver(instance, FIRED_MS + WAIT_MS + 29 * MINUTE_MS)
    expect(receiver.received).toHaveLength(1)
    await deliver(instance, FIRED_MS + WAIT_MS + 34 * MINUTE_MS)
    expect(receiver.received).toHaveLength(2)
  })

  it('is switched off when it says that it is gone', async () => {
    await using receiver = await startReceiver({ kind: 'status', status: 410 })
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await deliverThrough(instance, FIRED_MS + WAIT_MS, FIRED_MS + HOUR_MS)
    expect(receiver.received).toHaveLength(1)
    expect((await instance.stores.metadata.listChannels())[0]?.enabled).toBe(false)
    expect((await instance.stores.metadata.listAudit(1))[0]?.subject).toContain('410')
  })

  it('hears of what ended while it was off, and of nothing it was never told', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    const { id } = await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await deliver(instance, FIRED_MS + WAIT_MS)
    const nowMs = FIRED_MS + HOUR_MS
    await updateChannel(instance.context(nowMs, ADMIN), id, { enabled: false })
    await resolveAlert(instance.context(nowMs, ADMIN), 1, 'fixed upstream')
    await deliver(instance, nowMs + WAIT_MS)
    expect(types(receiver)).toEqual(['alert.firing'])
    const late = await instance.addChannel('late', receiver.url)
    for (const channelId of [id, late.id]) {
      await updateChannel(instance.context(nowMs, ADMIN), channelId, { enabled: false })
      await updateChannel(instance.context(nowMs, ADMIN), channelId, { enabled: true })
      await updateChannel(instance.context(nowMs, ADMIN), channelId, { name: `channel ${channelId}` })
    }
    await deliver(instance, nowMs + 2 * MINUTE_MS)
    expect(types(receiver)).toEqual(['alert.firing', 'alert.resolved'])
  })

  it('comes back from a wrong path at a slow pace', async () => {
    await using receiver = await startReceiver({ kind: 'status', status: 404 }, OK)
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await deliverThrough(instance, FIRED_MS + WAIT_MS, FIRED_MS + 8 * MINUTE_MS, 5_000)
    expect(receiver.received).toHaveLength(1)
    await deliver(instance, FIRED_MS + 12 * MINUTE_MS)
    expect(receiver.received).toHaveLength(2)
    expect(await instance.kinds()).toEqual(['fired', 'notification_failed', 'notified'])
  })

  it('delays neither another channel nor the caller', async () => {
    await using hanging = await startReceiver({ kind: 'hang' })
    await using healthy = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('hanging', hanging.url)
    await instance.addChannel('healthy', healthy.url)
    await instance.fire()
    const startedMs = Date.now()
    const settled = await deliver(instance, FIRED_MS + WAIT_MS, 300)
    expect(Date.now() - startedMs).toBeLessThan(1_500)
    expect(settled).toBe(1)
    expect(types(healthy)).toEqual(['alert.firing'])
    await hanging.stop()
    await new Promise((resolve) => setTimeout(resolve, 100))
  })
})

describe('what people say in the meantime', () => {
  it('a silence keeps a message back, with its reason in the history, and its end is told once', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await silenceAlert(instance.context(FIRED_MS + 1_000, ADMIN), 1, { reason: 'known', durationMs: HOUR_MS })
    await deliverThrough(instance, FIRED_MS + WAIT_MS, FIRED_MS + HOUR_MS)
    expect(receiver.received).toEqual([])
    expect(await instance.kinds()).toEqual(['fired', 'silenced', 'not_notified'])
    await instance.restart()
    await deliverThrough(instance, FIRED_MS + HOUR_MS + MINUTE_MS, FIRED_MS + 3 * HOUR_MS)
    expect(types(receiver)).toEqual(['alert.firing'])
    expect((await instance.kinds()).slice(3)).toEqual(['silence_ended', 'notified'])
  })

  it('a resolution by hand closes what was told, and the same breach does not open it again', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await deliver(instance, FIRED_MS + WAIT_MS)
    await resolveAlert(instance.context(FIRED_MS + HOUR_MS, ADMIN), 1, 'expected: new campaign')
    await deliver(instance, FIRED_MS + HOUR_MS + 1)
    await instance.judge(2, ['drift', 'ok'])
    await instance.judge(3, ['drift', 'ok'])
    await deliverThrough(instance, hour(3).endMs, hour(40).endMs, HOUR_MS)
    expect(types(receiver)).toEqual(['alert.firing', 'alert.resolved'])
  })

  it('a resolution before the first message leaves nothing to tell', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await resolveAlert(instance.context(FIRED_MS + 5_000, ADMIN), 1)
    await deliverThrough(instance, FIRED_MS + WAIT_MS, FIRED_MS + HOUR_MS)
    expect(receiver.received).toEqual([])
    expect((await instance.kinds()).at(-1)).toBe('not_notified')
  })
})

describe('restarts', () => {
  it('keeps a pending breach across a restart', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    await instance.judge(0, ['drift', 'ok'])
    await instance.restart()
    await instance.judge(1, ['drift', 'ok'])
    expect((await instance.alert()).onsetMs).toBe(hour(0).startMs)
  })

  it('does not page again for what was paged before', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    await deliver(instance, FIRED_MS + WAIT_MS)
    await instance.restart()
    await instance.judge(2, ['drift', 'ok'])
    await deliverThrough(instance, hour(2).endMs, hour(6).endMs)
    expect(types(receiver)).toEqual(['alert.firing'])
  })

  it('sends what was claimed but never recorded once more, with the same webhook-id', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('on-call', receiver.url)
    await instance.fire()
    const nowMs = FIRED_MS + WAIT_MS
    const [claimed] = await instance.stores.metadata.claimDue(nowMs, MINUTE_MS, 10)
    expect(claimed).toBeDefined()
    if (!claimed) return
    const ctx = instance.context(nowMs)
    const dying = {
      ...ctx,
      metadata: { ...ctx.metadata, recordAttempt: () => Promise.reject(new Error('killed')) },
    }
    await expect(deliverMessage(dying, claimed)).rejects.toThrow('killed')
    await instance.restart()
    await deliver(instance, nowMs + 30_000)
    expect(receiver.received).toHaveLength(1)
    await deliver(instance, nowMs + 2 * MINUTE_MS)
    expect(receiver.received).toHaveLength(2)
    expect(receiver.received[1]?.id).toBe(receiver.received[0]?.id)
    expect(await deliver(instance, nowMs + HOUR_MS)).toBe(0)
  })

  it('corrects an alert for a window judged again after a restart', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    await instance.fire()
    await instance.judge(2, ['drift', 'ok'])
    await instance.restart()
    await instance.judge(1, ['ok', 'ok'])
    expect(await instance.kinds()).toContain('corrected')
  })
})
