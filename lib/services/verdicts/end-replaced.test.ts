import { expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { startReceiver } from '@/lib/channels/testing'
import { BLANK_PROFILE } from '@/lib/domain/testing'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { ADMIN, AlertInstance } from '@/lib/services/alerts/alert-testing'
import { updateMonitor } from '@/lib/services/models/update-monitor'
import { deliverDue } from '@/lib/services/notifications/deliver-due'
import { endReplaced } from '@/lib/services/verdicts/end-replaced'

const none = () => false

it('an alert ends when all of its monitors were switched off, although no window follows', async () => {
  await using receiver = await startReceiver()
  await using instance = await AlertInstance.open(openTestStores)
  await instance.addChannel('on-call', receiver.url)
  await instance.judge(0, ['drift', 'drift'])
  await instance.judge(1, ['drift', 'drift'])
  const at = (minutes: number) => instance.context(hour(1).endMs + minutes * MINUTE_MS, ADMIN)
  await deliverDue(at(1))
  const [first, second] = await instance.stores.metadata.listMonitors(instance.version.id)

  await updateMonitor(at(2), first?.id ?? 0, { enabled: false })
  expect(await endReplaced(at(3), none)).toBe(0)
  await updateMonitor(at(4), second?.id ?? 0, { enabled: false })
  expect(await endReplaced(at(5), none)).toBe(1)
  expect(await endReplaced(at(6), none)).toBe(0)

  expect(await instance.alert()).toMatchObject({ state: 'resolved', resolution: 'superseded' })
  const states = await instance.stores.metadata.listMonitorStates(instance.version.id)
  expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['inactive']))
  await deliverDue(at(10))
  await deliverDue(instance.context(hour(1).endMs + 100 * HOUR_MS))
  expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual([
    'alert.firing',
    'alert.resolved',
  ])
})

it('an alert of a reference that was replaced is left to the monitors of the new one', async () => {
  await using instance = await AlertInstance.firing(openTestStores)
  const { metadata } = instance.stores
  const { id } = await metadata.addProfile(instance.version.id, BLANK_PROFILE, hour(2).startMs)
  await metadata.activateProfile(id, [], hour(2).startMs)
  expect(await endReplaced(instance.context(hour(2).endMs), none)).toBe(0)
  expect(await instance.alert()).toMatchObject({ state: 'firing' })
})
