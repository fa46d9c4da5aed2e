import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { Principal } from '@/lib/access/principal'
import { type AuditWish, listAuditLog, listAuditPage } from '@/lib/queries/audit-log'
import { NOW_MS, readerContext } from '@/lib/queries/testing'

const ADMIN: Principal = { kind: 'user', userId: 1, name: 'ada', role: 'admin', csrfToken: 'x' }

describe('the audit log', () => {
  it('is read by administrators alone, newest first', async () => {
    await using stores = await openTestStores()
    for (const subject of ['first', 'second'])
      await stores.metadata.addAudit({ atMs: NOW_MS, actor: 'ada', action: 'alert.resolve', subject })
    const admin = readerContext(stores, ADMIN)
    expect((await listAuditLog(admin)).map(({ subject }) => subject)).toEqual(['second', 'first'])
    await expect(listAuditLog(readerContext(stores))).rejects.toMatchObject({ code: 'forbidden' })
    const wish = { search: null, limit: 1, cursor: null }
    await expect(listAuditPage(readerContext(stores), wish)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('is read page by page to its first entry, each entry once, what is searched alone', async () => {
    await using stores = await openTestStores()
    for (let i = 1; i <= 45; i++) {
      const action = i === 2 ? 'self_alert.silence' : 'alert.resolve'
      await stores.metadata.addAudit({ atMs: NOW_MS, actor: 'ada', action, subject: `alert ${i}` })
    }
    const ctx = readerContext(stores, ADMIN)
    const pagesOf = async (wish: Omit<AuditWish, 'cursor'>, chunkSize?: number) => {
      const pages: string[][] = []
      for (let cursor: string | null = null; cursor !== null || pages.length === 0; ) {
        const page = await listAuditPage(ctx, { ...wish, cursor }, chunkSize)
        pages.push(page.entries.map(({ subject }) => subject.slice('alert '.length)))
        cursor = page.next
      }
      return pages
    }
    const all = Array.from({ length: 45 }, (_, index) => `${45 - index}`)
    for (const chunkSize of [2, 5, 45, 100]) {
      const pages = await pagesOf({ search: null, limit: 15 }, chunkSize)
      expect([chunkSize, pages.slice(0, 3)]).toEqual([
        chunkSize,
        [all.slice(0, 15), all.slice(15, 30), all.slice(30)],
      ])
      expect(pages.slice(3).flat()).toEqual([])
    }
    for (const search of ['self_alert.silence', 'SELF alert silence ada', 'silence 2'])
      expect(await pagesOf({ search, limit: 15 })).toEqual([['2']])
    // Twenty times two entries are looked through at a time: the first page finds nothing, and says where to go on.
    expect(await pagesOf({ search: 'silence', limit: 15 }, 2)).toEqual([[], ['2']])
  })
})
