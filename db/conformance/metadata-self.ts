/** Owns the conformance suite of channel health, alerts of Plumbline about itself, and change markers. */
import { describe, expect, it } from 'vitest'
import { attempt, NOW_MS, notification, SELF_ALERT } from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import { type OpenMetadata, seedChannel } from '@/db/conformance/seeded'
import type { MetadataStore } from '@/db/contracts/metadata-store'

export function testMetadataSelf(open: OpenMetadata): void {
  describe('what Plumbline knows of its own surroundings', () => {
    let metadata: MetadataStore
    openForEach(open, (harness) => {
      metadata = harness.metadata
    })

    const add = (channelId: number, key: string, change = {}) =>
      metadata.addNotification(notification(channelId, { key, alertId: null, dueMs: NOW_MS, ...change }))
    const health = async () => (await metadata.listChannels())[0]?.health
    const made = (notificationId: number, error: string | null, atMs = NOW_MS) =>
      attempt(notificationId, error, { atMs, durationMs: 10 })

    it('counts what became of attempts by channel, and what waits', async () => {
      const channel = await seedChannel(metadata)
      const { id } = await add(channel.id, 'a')
      await add(channel.id, 'b', { dueMs: NOW_MS + 5 })
      await metadata.recordAttempt(made(id, 'http_500'), { state: 'waiting', dueMs: NOW_MS + 9 })
      await metadata.recordAttempt(made(id, 'timeout', NOW_MS + 9), { state: 'waiting', dueMs: NOW_MS + 20 })
      expect(await health()).toEqual({
        lastSuccessMs: null,
        lastFailureMs: NOW_MS + 9,
        failuresInRow: 2,
        lastError: 'timeout',
        delivered: 0,
        failed: 2,
      })
      expect(await metadata.listQueues()).toEqual([
        { channelId: channel.id, waiting: 2, nextTryMs: NOW_MS + 5, oldestFailedMs: NOW_MS },
      ])
      await metadata.recordAttempt(made(id, null, NOW_MS + 20), { state: 'sent' })
      expect(await health()).toMatchObject({
        lastSuccessMs: NOW_MS + 30,
        failuresInRow: 0,
        lastError: null,
        delivered: 1,
        failed: 2,
      })
    })

    it('says nothing of a channel for what was cancelled', async () => {
      const channel = await seedChannel(metadata)
      const { id } = await add(channel.id, 'a')
      await metadata.recordAttempt(made(id, 'silenced'), { state: 'cancelled' })
      expect(await health()).toMatchObject({ failed: 0, lastFailureMs: null })
    })

    it('changes an address, a secret and settings, and leaves the rest', async () => {
      const { id } = await seedChannel(metadata)
      await metadata.updateChannel(id, { url: 'sealed', settings: { from: 'a@b.example' } })
      expect(await metadata.findChannelWithSecret(id)).toMatchObject({
        url: 'sealed',
        secret: 'whsec_x',
        enabled: true,
        settings: { from: 'a@b.example' },
      })
    })

    it('opens one alert of a kind and subject at a time, together with its messages', async () => {
      const channel = await seedChannel(metadata)
      const message = notification(channel.id, { key: 'm1', alertId: null })
      const opened = await metadata.openSelfAlert(SELF_ALERT, [message])
      expect(opened).toMatchObject({ ...SELF_ALERT, resolvedMs: null })
      expect(
        await metadata.openSelfAlert({ ...SELF_ALERT, dedupKey: 'x' }, [{ ...message, key: 'm2' }]),
      ).toBeNull()
      const selfAlertId = opened?.id ?? 0
      const queued = await metadata.listNotifications({ selfAlertId, limit: 5 })
      expect(queued.map(({ key }) => key)).toEqual(['m1'])
      expect(await metadata.countSelfAlerts()).toEqual([{ kind: 'undeliverable', open: 1 }])
      const last = { ...message, key: 'm3', selfAlertId, type: 'alert.resolved' as const }
      await metadata.resolveSelfAlert(selfAlertId, NOW_MS + 5, [last])
      await metadata.resolveSelfAlert(selfAlertId, NOW_MS + 6, [{ ...last, key: 'm4' }])
      expect(await metadata.listSelfAlerts({ resolvedToo: false, limit: 5 })).toEqual([])
      expect(await metadata.findSelfAlert(selfAlertId)).toMatchObject({ resolvedMs: NOW_MS + 5 })
      expect(await metadata.listNotifications({ selfAlertId, limit: 5 })).toHaveLength(2)
    })

    it('claims messages of one such alert in order', async () => {
      const channel = await seedChannel(metadata)
      await add(channel.id, 'firing', { selfAlertId: 1, dueMs: NOW_MS + 5 })
      await add(channel.id, 'resolved', { selfAlertId: 1 })
      await add(channel.id, 'other', { selfAlertId: 2 })
      const keys = async (nowMs: number) => (await metadata.claimDue(nowMs, 1_000, 9)).map(({ key }) => key)
      expect(await keys(NOW_MS)).toEqual(['other'])
      expect(await keys(NOW_MS + 5)).toEqual(['firing'])
    })

    it('keeps markers of a model and of all, in the order of their time', async () => {
      const mark = (atMs: number, model: string | null) =>
        metadata.addMarker({
          atMs,
          kind: 'deploy',
          title: `at ${atMs}`,
          model,
          version: null,
          link: null,
          createdBy: 'ci',
          createdMs: NOW_MS,
        })
      await mark(30, 'fraud')
      await mark(10, null)
      await mark(20, 'churn')
      const { id } = await mark(40, 'fraud')
      const list = async (change: object) =>
        (await metadata.listMarkers({ range: { startMs: 0, endMs: 100 }, limit: 9, ...change })).map(
          ({ atMs }) => atMs,
        )
      expect(await list({})).toEqual([10, 20, 30, 40])
      expect(await list({ model: 'fraud' })).toEqual([10, 30, 40])
      expect(await list({ limit: 2 })).toEqual([30, 40])
      expect(await list({ range: { startMs: 10, endMs: 30 } })).toEqual([10, 20])
      expect([await metadata.deleteMarker(id), await metadata.deleteMarker(id)]).toEqual([true, false])
      expect(await metadata.deleteMarkersBefore(30)).toBe(2)
      expect(await list({})).toEqual([30])
    })
  })
}
