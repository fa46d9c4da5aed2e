import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { Principal } from '@/lib/access/principal'
import { listAuditLog } from '@/lib/queries/audit-log'
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
  })
})
