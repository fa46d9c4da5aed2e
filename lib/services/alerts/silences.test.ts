import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { startReceiver } from '@/lib/channels/testing'
import { type SilenceMatchers, SilenceMatchersSchema } from '@/lib/domain/silence'
import { HOUR_MS } from '@/lib/domain/time'
import { listSilences, previewSilence } from '@/lib/queries/silences'
import { addSilence } from '@/lib/services/alerts/add-silence'
import { ADMIN, AlertInstance, VIEWER } from '@/lib/services/alerts/alert-testing'
import { endSilence } from '@/lib/services/alerts/end-silence'
import { expireSilences } from '@/lib/services/alerts/expire-silences'
import { silenceAlert } from '@/lib/services/alerts/silence-alert'
import { deliverDue } from '@/lib/services/notifications/deliver-due'

const matchers = (change: Partial<SilenceMatchers>) => SilenceMatchersSchema.parse(change)
const FRAUD = matchers({ models: ['fraud'] })

describe('a silence by what it matches', () => {
  it('keeps an alert quiet that opens after it, and tells of it once when its time is over', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('a', receiver.url)
    const at = (hours: number) => instance.context(hour(0).startMs + hours * HOUR_MS, ADMIN)
    await addSilence(at(0), { matchers: FRAUD, reason: 'We move the database.', durationMs: 5 * HOUR_MS })
    await instance.fire()
    expect(await instance.alert()).toMatchObject({
      state: 'firing',
      silencedUntilMs: hour(5).startMs,
      silenceReason: 'We move the database.',
    })
    await deliverDue(at(3))
    expect(receiver.received).toEqual([])
    expect(await instance.kinds()).toEqual(['fired', 'silenced', 'not_notified'])
    expect(await expireSilences(at(5))).toBe(1)
    await deliverDue(at(6))
    expect(receiver.received).toHaveLength(1)
    expect(JSON.parse(receiver.received[0]?.body ?? '{}').type).toBe('alert.firing')
    // It is over: what opens now is told.
    expect((await instance.alert()).silencedUntilMs).toBeNull()
  })

  it('takes alerts that are open already, and gives them back when it is ended before its time', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('a', receiver.url)
    await instance.fire()
    const at = (hours: number) => instance.context(hour(2).startMs + hours * HOUR_MS, ADMIN)
    const { id } = await addSilence(at(0), { matchers: FRAUD, reason: 'known' })
    expect((await instance.alert()).silencedUntilMs).toBe(at(4).nowMs)
    await deliverDue(at(1))
    expect(receiver.received).toEqual([])
    expect(await endSilence(at(2), id)).toMatchObject({ endedBy: 'ada', endsMs: at(2).nowMs })
    expect(await endSilence(at(3), id)).toMatchObject({ endsMs: at(2).nowMs })
    expect(await expireSilences(at(2))).toBe(1)
    await deliverDue(at(3))
    expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual(['alert.firing'])
    const audit = await instance.stores.metadata.listAudit(9)
    expect(audit.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['silence.add', 'alert.silence', 'silence.end']),
    )
  })

  it('of one column lets an alert speak again that another column joins', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    const [first] = await instance.stores.metadata.listMonitors(instance.version.id)
    const columns = [first?.column?.name ?? '']
    await addSilence(instance.context(hour(0).startMs, ADMIN), {
      matchers: matchers({ columns }),
      reason: 'a campaign',
      durationMs: 48 * HOUR_MS,
    })
    await instance.judge(0, ['drift', 'ok'])
    await instance.judge(1, ['drift', 'drift'])
    expect((await instance.alert()).silenceReason).toBe('a campaign')
    await instance.judge(2, ['drift', 'drift'])
    expect(await instance.alert()).toMatchObject({ silencedUntilMs: null, silenceReason: null })
    expect(await instance.kinds()).toContain('silence_ended')
  })

  it('keeps quiet what another silence still holds when one is ended, or a shorter one of a person is over', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    await instance.addChannel('a', receiver.url)
    await instance.fire()
    const at = (hours: number) => instance.context(hour(2).startMs + hours * HOUR_MS, ADMIN)
    await addSilence(at(0), { matchers: FRAUD, reason: 'moving', durationMs: 20 * HOUR_MS })
    const all = matchers({ models: ['*'] })
    const { id } = await addSilence(at(0), { matchers: all, reason: 'longer', durationMs: 30 * HOUR_MS })
    await endSilence(at(1), id)
    await deliverDue(at(2))
    expect(await instance.alert()).toMatchObject({ silencedUntilMs: at(20).nowMs, silenceReason: 'moving' })
    await silenceAlert(at(3), 1, { reason: 'an hour', durationMs: HOUR_MS })
    await deliverDue(at(4))
    expect(receiver.received).toEqual([])
    expect(await instance.alert()).toMatchObject({ silencedUntilMs: at(20).nowMs, silenceReason: 'moving' })
    for (const hours of [20, 21]) await deliverDue(at(hours))
    expect(receiver.received).toHaveLength(1)
    expect((await instance.kinds()).filter((kind) => kind === 'silence_ended')).toHaveLength(1)
  })

  it('leaves the longer silence of a person alone, and history', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    await addSilence(instance.context(hour(0).startMs, ADMIN), {
      matchers: FRAUD,
      reason: 'x',
      durationMs: 48 * HOUR_MS,
    })
    await instance.judge(0, ['drift', 'ok'], { historical: true })
    await instance.judge(1, ['drift', 'ok'], { historical: true })
    expect((await instance.alert()).silencedUntilMs).toBeNull()
  })

  it('is previewed, listed, and refused where it says nothing or too much', async () => {
    await using instance = await AlertInstance.firing(openTestStores)
    const admin = instance.context(hour(2).startMs, ADMIN)
    const viewer = instance.context(hour(2).startMs, VIEWER)
    expect((await previewSilence(viewer, FRAUD)).open.map(({ id }) => id)).toEqual([1])
    expect(await previewSilence(viewer, matchers({ versions: ['v8'] }))).toEqual({ open: [], past: 0 })
    expect((await instance.alert()).silencedUntilMs).toBeNull()
    for (const wish of [
      { matchers: matchers({}), reason: 'x' },
      { matchers: FRAUD, reason: '  ' },
      { matchers: FRAUD, reason: 'x'.repeat(501) },
      { matchers: FRAUD, reason: 'x', durationMs: 1 },
      { matchers: FRAUD, reason: 'x', durationMs: 31 * 24 * HOUR_MS },
      { matchers: FRAUD, reason: 'x', durationMs: Number.NaN },
    ])
      await expect(addSilence(admin, wish)).rejects.toMatchObject({ code: 'invalid' })
    const allowed = { matchers: FRAUD, reason: 'x' }
    await expect(addSilence(viewer, allowed)).rejects.toMatchObject({ code: 'forbidden' })
    const { id } = await addSilence(admin, allowed)
    expect((await listSilences(viewer)).map((silence) => silence.id)).toEqual([id])
    await expect(endSilence(viewer, id)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(endSilence(admin, 99)).rejects.toMatchObject({ code: 'not_found' })
  })
})
