/** Owns the conformance suite of users, sessions, keys, settings and the audit log. */
import { describe, expect, it } from 'vitest'
import { NOW_MS } from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import type { OpenMetadata } from '@/db/conformance/seeded'
import type { MetadataStore } from '@/db/contracts/metadata-store'

const ADA = { name: 'ada', role: 'admin' as const, passwordHash: 'x', createdMs: NOW_MS }

export function testMetadataAccess(open: OpenMetadata): void {
  describe('access', () => {
    let metadata: MetadataStore
    openForEach(open, (harness) => {
      metadata = harness.metadata
    })

    it('lets only one win the race for the first administrator', async () => {
      const results = await Promise.allSettled([
        metadata.addFirstUser(ADA),
        metadata.addFirstUser({ ...ADA, name: 'eve' }),
      ])
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(await metadata.countUsers()).toBe(1)
      await expect(metadata.addFirstUser(ADA)).rejects.toMatchObject({ code: 'conflict' })
    })

    it('finds users and their sessions until they are over', async () => {
      const user = await metadata.addFirstUser(ADA)
      expect(await metadata.findUser('ada')).toEqual(user)
      expect(await metadata.findUserById(user.id)).toEqual(user)
      expect(await metadata.findUser('eve')).toBeNull()
      const session = {
        tokenHash: 't',
        userId: user.id,
        csrfToken: 'c',
        createdMs: 1,
        lastSeenMs: 1,
        expiresMs: 10,
      }
      await metadata.addSession(session)
      await metadata.addSession({ ...session, tokenHash: 'u', expiresMs: 20 })
      await metadata.touchSession('t', 5)
      expect(await metadata.findSession('t')).toEqual({ session: { ...session, lastSeenMs: 5 }, user })
      expect(await metadata.deleteExpiredSessions(10)).toBe(1)
      expect(await metadata.findSession('t')).toBeNull()
      await metadata.deleteSession('u')
      expect(await metadata.findSession('u')).toBeNull()
    })

    it('keeps keys by hash, remembers their last use, and revokes once', async () => {
      const draft = {
        name: 'shipper',
        scopes: ['ingest' as const],
        prefix: 'plb_abc',
        hash: 'h',
        createdMs: 1,
        createdBy: 'ada',
        lastUsedMs: null,
        revokedMs: null,
      }
      const key = await metadata.addKey(draft)
      expect(await metadata.findKeyByHash('h')).toEqual(key)
      expect(await metadata.findKeyByHash('other')).toBeNull()
      await metadata.touchKeys([
        { keyId: key.id, atMs: 9 },
        { keyId: key.id, atMs: 4 },
      ])
      await metadata.revokeKey(key.id, 20)
      await metadata.revokeKey(key.id, 30)
      expect(await metadata.listKeys()).toEqual([{ ...key, lastUsedMs: 9, revokedMs: 20 }])
    })

    it('keeps settings until they are taken away', async () => {
      expect(await metadata.getSetting('a')).toBeNull()
      await metadata.setSetting('a', '1')
      await metadata.setSetting('a', '2')
      expect(await metadata.getSetting('a')).toBe('2')
      await metadata.setSetting('a', null)
      expect(await metadata.getSetting('a')).toBeNull()
    })

    it('lists the audit log newest first', async () => {
      for (const action of ['one', 'two', 'three'])
        await metadata.addAudit({ atMs: NOW_MS, actor: 'ada', action, subject: 's' })
      expect((await metadata.listAudit(2)).map(({ action }) => action)).toEqual(['three', 'two'])
      const [, second] = await metadata.listAudit(2)
      expect((await metadata.listAudit(2, second?.id)).map(({ action }) => action)).toEqual(['one'])
    })
  })
}
