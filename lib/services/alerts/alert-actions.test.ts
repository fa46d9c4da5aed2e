import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { newSigningSecret } from '@/lib/channels/sign'
import { startReceiver } from '@/lib/channels/testing'
import { DAY_MS, HOUR_MS } from '@/lib/domain/time'
import { getAlert } from '@/lib/queries/get-alert'
import { listAlerts } from '@/lib/queries/list-alerts'
import { acknowledgeAlert } from '@/lib/services/alerts/acknowledge-alert'
import { ADMIN, AlertInstance, VIEWER } from '@/lib/services/alerts/alert-testing'
import { resolveAlert } from '@/lib/services/alerts/resolve-alert'
import { silenceAlert } from '@/lib/services/alerts/silence-alert'
import { addChannel } from '@/lib/services/notifications/add-channel'
import { openChannel, seal, unseal } from '@/lib/services/notifications/channel-secrets'
import { deleteChannel } from '@/lib/services/notifications/delete-channel'
import { testChannel } from '@/lib/services/notifications/test-channel'
import { updateChannel } from '@/lib/services/notifications/update-channel'

const NOW_MS = hour(1).endMs + 1_000

const firing = () => AlertInstance.firing(openTestStores)

describe('acting on an alert', () => {
  it('is for administrators only', async () => {
    await using instance = await firing()
    const viewer = instance.context(NOW_MS, VIEWER)
    const nobody = instance.context(NOW_MS, { kind: 'anonymous' })
    await expect(acknowledgeAlert(viewer, 1)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(resolveAlert(viewer, 1)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(silenceAlert(viewer, 1, { reason: 'x' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(acknowledgeAlert(nobody, 1)).rejects.toMatchObject({ code: 'unauthorized' })
    expect((await listAlerts(viewer, {})).alerts).toHaveLength(1)
  })

  it('keeps who did what and when, in the history and the audit log', async () => {
    await using instance = await firing()
    const ctx = instance.context(NOW_MS, ADMIN)
    await acknowledgeAlert(ctx, 1)
    await silenceAlert(ctx, 1, { reason: 'known campaign' })
    await resolveAlert(ctx, 1, 'expected')
    const detail = await getAlert(ctx, 1)
    expect(
      detail.events.filter(({ actor }) => actor === 'ada').map(({ kind, note }) => `${kind} ${note}`),
    ).toEqual(['acknowledged ', 'silenced Until 2026-11-17T06:00:01Z: known campaign', 'resolved expected'])
    expect(detail.item.state).toBe('resolved')
    expect(await instance.alert()).toMatchObject({
      state: 'resolved',
      resolution: 'manual',
      acknowledgedBy: 'ada',
      silenceReason: 'known campaign',
    })
    expect(
      (await instance.stores.metadata.listAudit(3)).map(({ actor, action }) => `${actor} ${action}`),
    ).toEqual(['ada alert.resolve', 'ada alert.silence', 'ada alert.acknowledge'])
  })

  it('acknowledges once, for whoever came first', async () => {
    await using instance = await firing()
    await acknowledgeAlert(instance.context(NOW_MS, ADMIN), 1)
    const second = await acknowledgeAlert(
      instance.context(NOW_MS + 1, { ...ADMIN, name: 'eve' } as typeof ADMIN),
      1,
    )
    expect(second.acknowledgedBy).toBe('ada')
    expect((await instance.kinds()).filter((kind) => kind === 'acknowledged')).toHaveLength(1)
  })

  it('refuses what no longer makes sense', async () => {
    await using instance = await firing()
    const ctx = instance.context(NOW_MS, ADMIN)
    await resolveAlert(ctx, 1)
    await expect(resolveAlert(ctx, 1)).rejects.toMatchObject({
      code: 'conflict',
      details: { reason: 'already_resolved' },
    })
    await expect(acknowledgeAlert(ctx, 1)).rejects.toMatchObject({ code: 'conflict' })
    await expect(acknowledgeAlert(ctx, 99)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('wants a reason and a sensible end for a silence', async () => {
    await using instance = await firing()
    const ctx = instance.context(NOW_MS, ADMIN)
    expect((await silenceAlert(ctx, 1, { reason: 'x' })).silencedUntilMs).toBe(NOW_MS + 4 * HOUR_MS)
    expect((await silenceAlert(ctx, 1, { reason: 'x', durationMs: 30 * DAY_MS })).silencedUntilMs).toBe(
      NOW_MS + 30 * DAY_MS,
    )
    for (const durationMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 31 * DAY_MS]) {
      await expect(silenceAlert(ctx, 1, { reason: 'x', durationMs })).rejects.toMatchObject({
        code: 'invalid',
      })
    }
    await expect(silenceAlert(ctx, 1, { reason: '  ' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(silenceAlert(ctx, 1, { reason: 'x'.repeat(501) })).rejects.toMatchObject({ code: 'invalid' })
  })

  it('decides again when the evaluator moved the alert in between', async () => {
    await using instance = await firing()
    const ctx = instance.context(NOW_MS, ADMIN)
    let moved = false
    const racing = {
      ...ctx,
      metadata: {
        ...ctx.metadata,
        findAlert: async (id: number) => {
          const found = await ctx.metadata.findAlert(id)
          if (!moved) {
            moved = true
            await instance.judge(2, ['ok', 'ok'])
          }
          return found
        },
      },
    }
    expect(await acknowledgeAlert(racing, 1)).toMatchObject({ state: 'recovering', acknowledgedBy: 'ada' })
  })

  it('keeps silences and acknowledgements across a restart', async () => {
    await using instance = await firing()
    await acknowledgeAlert(instance.context(NOW_MS, ADMIN), 1)
    await silenceAlert(instance.context(NOW_MS, ADMIN), 1, { reason: 'x' })
    await instance.restart()
    expect(await instance.alert()).toMatchObject({ acknowledgedBy: 'ada', silenceReason: 'x' })
  })
})

describe('listing alerts', () => {
  it('pages through them and refuses a cursor that is none', async () => {
    await using instance = await firing()
    const ctx = instance.context(NOW_MS, VIEWER)
    for (const n of [2, 3, 40, 41]) await instance.judge(n, [n < 10 ? 'ok' : 'drift', 'ok'])
    const first = await listAlerts(ctx, { limit: 1 })
    expect(first.alerts.map(({ id, model, version }) => [id, model, version])).toEqual([[2, 'fraud', 'v7']])
    const second = await listAlerts(ctx, { limit: 1, before: first.next ?? '' })
    expect(second.alerts.map(({ id }) => id)).toEqual([1])
    expect(second.next).toBeNull()
    expect((await listAlerts(ctx, { states: ['resolved'] })).alerts.map(({ id }) => id)).toEqual([1])
    expect((await listAlerts(ctx, { historical: true })).alerts).toEqual([])
    await expect(listAlerts(ctx, { before: 'x' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(listAlerts(ctx, { model: 'nope' })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('channels', () => {
  it('are added under the address policy, and show only their host afterwards', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    const ctx = { ...instance.context(NOW_MS, ADMIN), outboundAllow: [] }
    const { channel, secret } = await addChannel(ctx, {
      name: ' on-call ',
      url: 'https://hooks.example.com/T1/secret',
    })
    expect(channel).toMatchObject({ name: 'on-call', host: 'hooks.example.com', enabled: true })
    expect(secret).toMatch(/^whsec_/)
    expect(JSON.stringify(await ctx.metadata.listChannels())).not.toMatch(/secret|whsec/)
    expect(JSON.stringify(await ctx.metadata.listAudit(5))).not.toMatch(/T1|whsec/)
    await expect(addChannel(ctx, { name: 'on-call', url: 'https://a.example/' })).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(addChannel(ctx, { name: 'local', url: 'http://127.0.0.1/' })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('PLUMBLINE_OUTBOUND_ALLOW'),
    })
    await expect(addChannel(ctx, { name: '', url: 'https://a.example/' })).rejects.toMatchObject({
      code: 'invalid',
    })
    await expect(
      addChannel(ctx, { name: 'b', url: 'https://a.example/', secret: 'x' }),
    ).rejects.toMatchObject({ code: 'invalid' })
    await expect(
      addChannel({ ...ctx, principal: VIEWER }, { name: 'c', url: 'https://a.example/' }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('are stored sealed when the instance has a key', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    const secretKey = Buffer.alloc(32, 7)
    const ctx = { ...instance.context(NOW_MS, ADMIN), secretKey }
    const { channel } = await addChannel(ctx, { name: 'a', url: 'http://127.0.0.1:4000/hook' })
    const stored = await ctx.metadata.findChannelWithSecret(channel.id)
    expect(stored?.url).toMatch(/^sealed:v1:/)
    expect(stored && openChannel(ctx, stored).url).toBe('http://127.0.0.1:4000/hook')
    expect(() => unseal({ secretKey: Buffer.alloc(32, 8) }, stored?.url ?? '')).toThrow('secret.key')
    expect(() => unseal({ secretKey: null }, stored?.url ?? '')).toThrow('secret.key')
    expect(unseal({ secretKey }, seal({ secretKey: null }, newSigningSecret()))).toMatch(/^whsec_/)
  })

  it('are tested for real, not more often than every five seconds; their health says what a test met', async () => {
    await using receiver = await startReceiver(
      { kind: 'status', status: 403 },
      { kind: 'status', status: 200 },
    )
    await using instance = await AlertInstance.open(openTestStores)
    const { id } = await instance.addChannel('a', receiver.url)
    const ctx = instance.context(NOW_MS, ADMIN)
    expect(await testChannel(ctx, id)).toMatchObject({
      delivered: false,
      status: 403,
      reason: 'http_403',
      answer: 'ok',
    })
    await expect(testChannel(ctx, id)).rejects.toMatchObject({ code: 'limited' })
    const failed = { lastSuccessMs: null, lastFailureMs: NOW_MS, lastError: 'http_403', failuresInRow: 0 }
    expect((await ctx.metadata.listChannels())[0]?.health).toMatchObject(failed)
    expect(await testChannel(instance.context(NOW_MS + 6_000, ADMIN), id)).toMatchObject({
      delivered: true,
      status: 200,
    })
    expect((await ctx.metadata.listChannels())[0]?.health).toMatchObject({ lastError: null, delivered: 1 })
    expect(JSON.parse(receiver.received[1]?.body ?? '{}')).toMatchObject({
      type: 'channel.test',
      data: { test: true },
    })
    await expect(testChannel(ctx, 99)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('are renamed, switched off and deleted, which cancels what waits', async () => {
    await using receiver = await startReceiver()
    await using instance = await AlertInstance.open(openTestStores)
    const { id } = await instance.addChannel('a', receiver.url)
    await instance.fire()
    const ctx = instance.context(NOW_MS, ADMIN)
    await updateChannel(ctx, id, { name: 'b', enabled: false })
    expect(await ctx.metadata.listChannels()).toMatchObject([{ name: 'b', enabled: false }])
    await deleteChannel(ctx, id)
    expect(
      (await ctx.metadata.listNotifications({ alertId: 1, limit: 5 })).map(({ state }) => state),
    ).toEqual(['cancelled'])
    expect((await ctx.metadata.listAlertEvents(1)).at(-1)).toMatchObject({
      kind: 'not_notified',
      note: 'b: the channel was removed before the message arrived.',
    })
    await expect(deleteChannel(ctx, id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(updateChannel(ctx, id, {})).rejects.toMatchObject({ code: 'not_found' })
  })
})
