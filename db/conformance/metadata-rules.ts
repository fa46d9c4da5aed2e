/** Owns the conformance suite of rules of fields, counts of validation, replayed refusals, and successors of keys. */
import { describe, expect, it } from 'vitest'
import { NOW_MS } from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import type { OpenMetadata } from '@/db/conformance/seeded'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { ValidationCount } from '@/db/contracts/rule-records'
import { DAY_MS } from '@/lib/domain/time'

export function testMetadataRules(open: OpenMetadata): void {
  describe('rules', () => {
    let metadata: MetadataStore
    openForEach(open, (harness) => {
      metadata = harness.metadata
    })

    const drop = (path: string) => [{ path, to: null, treatment: 'drop' as const }]

    it('are numbered within their model; the newest of each holds, unless it is empty', async () => {
      const a = await metadata.registerModel('a', NOW_MS)
      const b = await metadata.registerModel('b', NOW_MS)
      expect(await metadata.fieldRulesStamp()).toBe(0)
      const first = await metadata.addFieldRules(a.id, drop('x'), 'ada', NOW_MS, 0)
      expect(first).toEqual({
        modelId: a.id,
        model: 'a',
        revision: 1,
        rules: drop('x'),
        createdMs: NOW_MS,
        createdBy: 'ada',
      })
      await metadata.addFieldRules(b.id, drop('z'), 'ada', NOW_MS, null)
      const stamp = await metadata.fieldRulesStamp()
      const second = await metadata.addFieldRules(a.id, drop('y'), 'eve', NOW_MS + 1, 1)
      expect(await metadata.fieldRulesStamp()).not.toBe(stamp)
      expect(await metadata.listFieldRules(a.id, 5)).toEqual([second, first])
      expect(await metadata.findFieldRules(a.id, 1)).toEqual(first)
      expect((await metadata.currentFieldRules()).map(({ rules }) => rules)).toEqual([drop('y'), drop('z')])
      await metadata.addFieldRules(a.id, [], 'eve', NOW_MS, null)
      expect((await metadata.currentFieldRules()).map(({ model }) => model)).toEqual(['b'])
    })

    it('are not changed by somebody who has not seen the newest', async () => {
      const { id } = await metadata.registerModel('a', NOW_MS)
      await metadata.addFieldRules(id, drop('x'), 'ada', NOW_MS, 0)
      await expect(metadata.addFieldRules(id, [], 'eve', NOW_MS, 0)).rejects.toMatchObject({
        code: 'conflict',
      })
    })

    it('have counts that add up, over days, and are bounded a day', async () => {
      const { id: modelId } = await metadata.registerModel('a', NOW_MS)
      const count = (field: string, change: Partial<ValidationCount> = {}): ValidationCount => {
        return { dayMs: 0, clientId: 1, modelId, field, code: 'missing', count: 2, lastMs: 5, ...change }
      }
      await metadata.addValidationCounts([count('x'), count('y', { count: 1 })], 3)
      await metadata.addValidationCounts([count('x', { lastMs: 9 }), count('x', { dayMs: DAY_MS })], 3)
      expect(await metadata.listValidationCounts(0, 10)).toEqual([
        count('x', { count: 6, lastMs: 9 }),
        count('y', { count: 1 }),
      ])
      expect(await metadata.listValidationCounts(DAY_MS, 10)).toEqual([count('x', { dayMs: DAY_MS })])
      await metadata.addValidationCounts([count('p'), count('q'), count('r')], 3)
      const fields = (await metadata.listValidationCounts(0, 10)).map((one) => [one.field, one.count])
      expect(fields).toEqual([
        ['x', 6],
        ['', 4],
        ['p', 2],
        ['y', 1],
      ])
      expect(await metadata.deleteRuleHistoryBefore(DAY_MS)).toBe(4)
      expect(await metadata.listValidationCounts(0, 10)).toHaveLength(1)
    })

    it('tell which refused records were taken, once', async () => {
      const places = [1, 2, 3].map((seq) => ({ day: '2026-01-01', seq }))
      await metadata.markReplayed(places.slice(0, 2), 'ada', NOW_MS)
      await metadata.markReplayed(places.slice(1, 2), 'eve', NOW_MS)
      expect(await metadata.findReplayed([...places, { day: '2026-01-02', seq: 1 }])).toEqual(
        places.slice(0, 2),
      )
      expect(await metadata.findReplayed([])).toEqual([])
    })

    it('know the successor of a key, and change all keys of a client together', async () => {
      const draft = {
        name: 'k',
        scopes: ['ingest' as const],
        prefix: 'p',
        createdMs: 1,
        createdBy: 'ada',
        lastUsedMs: null,
        revokedMs: null,
      }
      const old = await metadata.addKey({ ...draft, hash: 'a' })
      expect(old).toMatchObject({
        expiresMs: null,
        clientId: null,
        recordsPerSecond: null,
        bytesPerSecond: null,
      })
      const next = await metadata.addSuccessor(old.id, { ...draft, hash: 'b', clientId: old.id }, 500)
      await metadata.updateKeys([old.id, next.id], { bytesPerSecond: 0.5 })
      expect(await metadata.listKeys()).toEqual([
        { ...old, expiresMs: 500, bytesPerSecond: 0.5 },
        { ...next, bytesPerSecond: 0.5 },
      ])
    })
  })
}
