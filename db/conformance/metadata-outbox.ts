/** Owns the conformance suite of channels and the outbox. */
import { describe, expect, it } from 'vitest'
import { attempt, NOW_MS, notification } from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import { type OpenMetadata, seedChannel } from '@/db/conformance/seeded'
import type { MetadataStore } from '@/db/contracts/metadata-store'

const LEASE_MS = 30_000

export function testMetadataOutbox(open: OpenMetadata): void {
  describe('channels and the outbox', () => {
    let metadata: MetadataStore
    openForEach(open, (harness) => {
      metadata = harness.metadata
    })

    const add = (channelId: number, key: string, alertId: number | null, dueMs = NOW_MS) =>
      metadata.addNotification(notification(channelId, { key, alertId, dueMs }))
    const claim = async (nowMs = NOW_MS, limit = 10) =>
      (await metadata.claimDue(nowMs, LEASE_MS, limit)).map(({ key }) => key)

    it('never shows a channel’s address or secret in lists', async () => {
      const channel = await seedChannel(metadata)
      expect(JSON.stringify([channel, await metadata.listChannels()])).not.toMatch(/whsec|example.org.hook/)
      expect(await metadata.findChannelWithSecret(channel.id)).toMatchObject({
        url: 'https://example.org/hook?t=1',
        secret: 'whsec_x',
      })
      await metadata.updateChannel(channel.id, { enabled: false })
      await metadata.updateChannel(channel.id, {})
      expect(await metadata.listChannels()).toEqual([{ ...channel, enabled: false }])
    })

    it('cancels what waits when a channel is deleted, and forgets its secret', async () => {
      const channel = await seedChannel(metadata)
      const waiting = await add(channel.id, 'a', null)
      await metadata.deleteChannel(channel.id)
      expect(await metadata.listChannels()).toEqual([])
      expect(await metadata.findChannelWithSecret(channel.id)).toBeNull()
      expect(await metadata.listNotifications({ channelId: channel.id, limit: 5 })).toEqual([
        { ...waiting, state: 'cancelled' },
      ])
      expect(await claim()).toEqual([])
    })

    it('claims what is due once, until the lease ends', async () => {
      const channel = await seedChannel(metadata)
      await add(channel.id, 'now', null)
      await add(channel.id, 'later', null, NOW_MS + 1)
      expect(await claim()).toEqual(['now'])
      expect(await claim()).toEqual([])
      expect(await claim(NOW_MS + LEASE_MS)).toEqual(
        ['later', 'now'].sort((a, b) => (a === 'now' ? -1 : b === 'now' ? 1 : 0)),
      )
    })

    it('claims one message of an alert and channel at a time, in order, even past a lease', async () => {
      const [one, two] = [await seedChannel(metadata, 'one'), await seedChannel(metadata, 'two')]
      const first = await add(one.id, 'firing', 7)
      await metadata.recordAttempt(attempt(first.id, 'HTTP 500'), { state: 'waiting', dueMs: NOW_MS + 5 })
      await add(one.id, 'resolved', 7)
      await add(one.id, 'other', 8)
      await add(two.id, 'firing', 7)
      expect((await claim()).sort()).toEqual(['firing', 'other'])
      expect(await claim(NOW_MS + 5)).toEqual(['firing'])
      await metadata.recordAttempt(attempt(first.id), { state: 'sent' })
      expect(await claim(NOW_MS + 5)).toEqual(['resolved'])
    })

    it('holds nothing up behind a message that was never tried and is due only later', async () => {
      const { id } = await seedChannel(metadata)
      await add(id, 'in hours', 7, NOW_MS + 50_000)
      await add(id, 'something worse', 7)
      expect(await claim()).toEqual(['something worse'])
    })

    it('records attempts and what becomes of the message', async () => {
      const channel = await seedChannel(metadata)
      const { id } = await add(channel.id, 'a', null)
      await claim()
      await metadata.recordAttempt(attempt(id, 'HTTP 500'), { state: 'waiting', dueMs: NOW_MS + 100 })
      expect(await claim(NOW_MS + 99)).toEqual([])
      expect(await claim(NOW_MS + 100)).toEqual(['a'])
      await metadata.recordAttempt(attempt(id), { state: 'sent' })
      const [sent] = await metadata.listNotifications({ limit: 1 })
      expect(sent).toMatchObject({ state: 'sent', attempts: 2, lastError: null, sentMs: NOW_MS + 12 })
      expect((await metadata.listAttempts(id)).map(({ status }) => status)).toEqual([500, 200])
      const given = await add(channel.id, 'b', null)
      await metadata.recordAttempt(attempt(given.id, 'gone'), { state: 'given_up' })
      expect((await metadata.listNotifications({ limit: 1 }))[0]).toMatchObject({
        state: 'given_up',
        lastError: 'gone',
      })
      expect(await claim(NOW_MS * 2)).toEqual([])
    })
  })
}
