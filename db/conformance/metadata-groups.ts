/** Owns the conformance suite of messages that leave together, and of what people say of alerts about Plumbline itself. */
import { describe, expect, it } from 'vitest'
import { attempt, NOW_MS, notification, SELF_ALERT } from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import { type OpenMetadata, seedChannel } from '@/db/conformance/seeded'
import type { MetadataStore } from '@/db/contracts/metadata-store'

const LEASE_MS = 30_000

export function testMetadataGroups(open: OpenMetadata): void {
  describe('messages that leave together', () => {
    let metadata: MetadataStore
    openForEach(open, (harness) => {
      metadata = harness.metadata
    })

    const add = (channelId: number, key: string, alertId: number, change = {}) =>
      metadata.addNotification(
        notification(channelId, { key, alertId, dueMs: NOW_MS, groupKey: 'model=1', ...change }),
      )
    const gather = async (dueByMs = NOW_MS) =>
      (await metadata.listGatherable(dueByMs, NOW_MS, 100)).map(({ key }) => key)
    const claim = async (nowMs = NOW_MS) => metadata.claimDue(nowMs, LEASE_MS, 100)
    const twoInAGroup = async () => {
      const { id: channelId } = await seedChannel(metadata)
      const members = [await add(channelId, 'a', 1), await add(channelId, 'b', 2)]
      const memberIds = members.map(({ id }) => id)
      expect(
        await metadata.formGroups([{ channelId, groupKey: 'model=1', key: 'g', memberIds }], NOW_MS),
      ).toBe(1)
      const [group] = await claim()
      if (!group) throw new Error('no group was claimed')
      return { channelId, memberIds, group }
    }

    it('offers what has a group, was never tried, and is the first of its alert', async () => {
      const { id } = await seedChannel(metadata)
      await add(id, 'alone', 1, { groupKey: null })
      await add(id, 'tried', 2, { attempts: 1 })
      await add(id, 'first', 3)
      await add(id, 'second', 3)
      await add(id, 'later', 4, { dueMs: NOW_MS + 5 })
      expect(await gather()).toEqual(['first'])
      expect(await gather(NOW_MS + 5)).toEqual(['first', 'later'])
      await claim()
      expect(await gather(NOW_MS + 5)).toEqual(['later'])
    })

    it('claims a group once, and its members not by themselves', async () => {
      const { group, memberIds, channelId } = await twoInAGroup()
      expect(group).toMatchObject({ type: 'alert.group', key: 'g', alertId: null, groupKey: 'model=1' })
      expect(await claim(NOW_MS + 1)).toEqual([])
      expect(await gather()).toEqual([])
      const members = await metadata.listNotifications({ groupId: group.id, limit: 10 })
      expect(members.map(({ id }) => id).sort()).toEqual(memberIds)
      expect(await metadata.listQueues()).toMatchObject([{ channelId, waiting: 1 }])
    })

    it('forms no group of fewer than two, nor of what was claimed meanwhile', async () => {
      const { id: channelId } = await seedChannel(metadata)
      const [a, b] = [await add(channelId, 'a', 1), await add(channelId, 'b', 2)]
      await metadata.recordAttempt(attempt(b.id, 'http_500'), { state: 'waiting', dueMs: NOW_MS + 9 })
      const group = { channelId, groupKey: 'model=1', key: 'g', memberIds: [a.id, b.id] }
      expect(await metadata.formGroups([group], NOW_MS)).toBe(0)
      expect((await claim()).map(({ key }) => key)).toEqual(['a'])
    })

    it('says of all members what came of the group, and lets what follows them go then', async () => {
      const { group, memberIds, channelId } = await twoInAGroup()
      await add(channelId, 'end of a', 1, { type: 'alert.resolved' })
      await metadata.recordAttempt(attempt(group.id, 'http_500'), { state: 'waiting', dueMs: NOW_MS + 9 })
      expect(await metadata.listNotifications({ groupId: group.id, limit: 10 })).toMatchObject(
        [...memberIds].reverse().map((id) => ({ id, attempts: 1, state: 'waiting', lastError: 'http_500' })),
      )
      expect((await claim(NOW_MS + 9)).map(({ key }) => key)).toEqual(['g'])
      await metadata.recordAttempt(attempt(group.id), { state: 'sent' })
      expect((await claim(NOW_MS + 9)).map(({ key }) => key)).toEqual(['end of a'])
      const members = await metadata.listNotifications({ groupId: group.id, limit: 10 })
      for (const member of members)
        expect(member).toMatchObject({ state: 'sent', attempts: 2, sentMs: NOW_MS + 12, lastError: null })
      const attempts = await metadata.listAttempts(memberIds[0] ?? 0)
      expect(attempts.map(({ status }) => status)).toEqual([500, 200])
      expect((await metadata.listChannels())[0]?.health).toMatchObject({ delivered: 1, failed: 1 })
    })

    it('finds a message by its number', async () => {
      const { group, memberIds } = await twoInAGroup()
      expect(await metadata.findNotification(group.id)).toMatchObject({ key: 'g', type: 'alert.group' })
      expect(await metadata.findNotification(memberIds[1] ?? 0)).toMatchObject({
        key: 'b',
        groupId: group.id,
      })
      expect(await metadata.findNotification(group.id + 1)).toBeNull()
    })

    it('lets a member be settled or go alone', async () => {
      const { group, memberIds } = await twoInAGroup()
      await metadata.recordAttempt(attempt(memberIds[0] ?? 0, 'silenced'), { state: 'cancelled' })
      await metadata.leaveGroup(memberIds[1] ?? 0)
      await metadata.recordAttempt(attempt(group.id), { state: 'sent' })
      expect((await claim()).map(({ key }) => key)).toEqual(['b'])
    })

    it('brings all that waits forward when the clock was set back', async () => {
      const { channelId } = await twoInAGroup()
      const later = await add(channelId, 'c', 3)
      await metadata.holdNotifications([later.id], NOW_MS + 50)
      await metadata.bringForward(20)
      expect(await gather(NOW_MS + 29)).toEqual([])
      expect(await gather(NOW_MS + 30)).toEqual(['c'])
    })

    it('puts off what was not tried, and remembers when a group was told', async () => {
      const { group, channelId } = await twoInAGroup()
      const later = await add(channelId, 'c', 3)
      await metadata.holdNotifications([later.id], NOW_MS + 50)
      expect(await gather(NOW_MS + 49)).toEqual([])
      expect(await gather(NOW_MS + 50)).toEqual(['c'])
      await metadata.recordAttempt(attempt(group.id), { state: 'sent' })
      const told = await metadata.lastTold(channelId, 'model=1', NOW_MS, 13)
      expect(told).toEqual({ lastMs: NOW_MS + 12, lastCriticalMs: null })
      expect((await metadata.lastTold(channelId, 'model=2', NOW_MS, 13)).lastMs).toBeNull()
      expect((await metadata.lastTold(channelId, 'model=1', NOW_MS + 24, 12)).lastMs).toBeNull()
      // The clock was set back by more than that since.
      expect((await metadata.lastTold(channelId, 'model=1', NOW_MS, 11)).lastMs).toBeNull()
    })
  })

  describe('what people say of alerts about Plumbline itself', () => {
    let metadata: MetadataStore
    openForEach(open, (harness) => {
      metadata = harness.metadata
    })

    it('is kept while one is open', async () => {
      const opened = await metadata.openSelfAlert(SELF_ALERT, [])
      const id = opened?.id ?? 0
      expect(opened).toMatchObject({ acknowledgedBy: null, silencedUntilMs: null })
      await metadata.changeSelfAlert(id, { acknowledgedBy: 'ada', acknowledgedMs: NOW_MS })
      const changed = await metadata.changeSelfAlert(id, {
        silencedUntilMs: NOW_MS + 9,
        silenceReason: 'known',
      })
      expect(changed).toMatchObject({ acknowledgedBy: 'ada', silencedUntilMs: NOW_MS + 9 })
      await metadata.resolveSelfAlert(id, NOW_MS + 1, [])
      expect(await metadata.changeSelfAlert(id, { acknowledgedBy: 'bob' })).toBeNull()
    })
  })
}
