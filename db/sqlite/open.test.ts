import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'

describe('openTestStores', () => {
  it('gives migrated, empty stores that append and read', async () => {
    await using stores = await openTestStores()
    expect(await stores.metadata.listModels()).toEqual([])
    expect(await stores.log.head()).toBeNull()
    expect((await stat(join(stores.dir, 'owner.db'))).mode & 0o777).toBe(0o600)
    const outcome = await stores.logWriter.append({
      receivedMs: Date.UTC(2026, 0, 2),
      backfill: false,
      records: [{ model: 'fraud', version: '1', records: [{ id: 'a', at: 1, f: { x: 1 } }], indexes: [0] }],
      labels: [{ model: 'fraud', labels: [{ id: 'a', y: 1, at: 2 }] }],
      refusals: [],
      idempotency: { kind: 'key', scope: 's', value: 'v', bodyHash: 'h' },
    })
    expect(outcome).toMatchObject({ kind: 'committed', accepted: 1, duplicates: 0, labelsAccepted: 1 })
    const [block] = await stores.log.readRecords(null, 10)
    expect(block?.records).toEqual([{ id: 'a', at: 1, f: { x: 1 } }])
    expect((await stores.log.findRecords('fraud', ['a', 'b'])).get('a')?.version).toBe('1')
    const { version } = await stores.metadata.registerVersion('fraud', '1', 5)
    expect(version).toMatchObject({ name: '1', mode: 'live', profileId: null, lastRecordMs: null })
    expect(await stores.series.position('records')).toBeNull()
  })
})
