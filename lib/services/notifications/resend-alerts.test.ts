import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { OK, type Receiver, startReceiver } from '@/lib/channels/testing'
import { FAULT_POLICY } from '@/lib/domain/monitor'
import { MINUTE_MS } from '@/lib/domain/time'
import { ADMIN, AlertInstance, judgeVersion } from '@/lib/services/alerts/alert-testing'
import { addChannel } from '@/lib/services/notifications/add-channel'
import { deliverDue } from '@/lib/services/notifications/deliver-due'
import { watchSelf } from '@/lib/services/notifications/watch-self'

const CAUSES = ['data_quality', 'input_drift', 'output_drift', 'quality', 'software'] as const
const FACTS = { room: null, failing: {}, upSinceMs: 0 }

/** One whose only channel yet is an Alertmanager. */
async function open(url: string): Promise<AlertInstance> {
  const instance = await AlertInstance.open(openTestStores)
  const ctx = instance.context(hour(0).startMs, ADMIN)
  await addChannel(ctx, { name: 'am', kind: 'alertmanager', url })
  return instance
}

const deliver = (instance: AlertInstance, nowMs: number) =>
  deliverDue(instance.context(nowMs), { patienceMs: 60_000 })

function namesIn(receiver: Receiver): Set<string> {
  const alerts = receiver.received.flatMap(({ body }) => JSON.parse(body))
  return new Set(alerts.map(({ labels }) => `${labels.model} ${labels.cause}`))
}

describe('what is open at an Alertmanager', () => {
  it('is sent again whole, however much it is', async () => {
    await using receiver = await startReceiver()
    await using instance = await open(receiver.url)
    const monitors = CAUSES.map((cause) => ({ cause, policy: FAULT_POLICY }))
    for (let n = 0; n < 102; n++) {
      const { model, version } = await instance.addVersion(`model ${n}`, 'v1', monitors)
      const drifts = CAUSES.map(() => 'drift' as const)
      await judgeVersion(instance.context(hour(1).endMs), model, version, 1, drifts)
    }
    await deliver(instance, hour(1).endMs + MINUTE_MS)
    expect(namesIn(receiver).size).toBe(510)
    receiver.received.length = 0
    await deliver(instance, hour(1).endMs + 3 * MINUTE_MS)
    expect(namesIn(receiver).size).toBe(510)
  })

  it('and cannot be sent again, is a fault of the channel, and the others hear of it', async () => {
    await using receiver = await startReceiver()
    await using other = await startReceiver()
    await using instance = await open(receiver.url)
    await instance.addChannel('other', other.url)
    await instance.fire()
    await deliver(instance, hour(1).endMs + MINUTE_MS)
    other.received.length = 0
    receiver.behave({ kind: 'status', status: 401 })
    const through = async (from: number, to: number) => {
      for (let minute = from; minute <= to; minute++) {
        await deliver(instance, hour(1).endMs + minute * MINUTE_MS)
        await watchSelf(instance.context(hour(1).endMs + minute * MINUTE_MS), FACTS)
      }
    }
    const titles = () => other.received.map(({ body }) => JSON.parse(body).data.title)
    const rows = () => instance.stores.metadata.listNotifications({ channelId: 1, limit: 100 })
    await through(2, 15)
    expect((await rows()).map(({ state, type }) => `${state} ${type}`)).toEqual([
      'waiting alert.firing',
      'sent alert.firing',
    ])
    expect((await instance.stores.metadata.listChannels())[0]?.health.lastError).toBe('http_401')
    expect(titles()).toEqual([])
    await through(16, 20)
    expect(titles()).toEqual(['[FIRING] Plumbline: messages to am do not arrive'])
    receiver.behave(OK)
    await through(21, 60)
    expect(titles().slice(1)).toEqual(['[RESOLVED] Plumbline: messages to am do not arrive'])
    expect((await rows()).filter(({ state }) => state === 'waiting')).toEqual([])
  })
})
