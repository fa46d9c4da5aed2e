/** Owns the conformance suite of slices, their monitors and verdicts. */
import { describe, expect, it } from 'vitest'
import { evaluation, NOW_MS, type Seeded, verdict } from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import { type OpenMetadata, seedVersion } from '@/db/conformance/seeded'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { SliceCondition } from '@/lib/domain/slice'

const EU: readonly SliceCondition[] = [{ on: 'tag', name: 'region', op: 'in', values: ['EU'] }]
const MISSING: readonly SliceCondition[] = [{ on: 'feature', name: 'age', op: 'missing' }]

export function testMetadataSlices(open: OpenMetadata): void {
  describe('slices', () => {
    let metadata: MetadataStore
    let seeded: Seeded
    openForEach(open, async (harness) => {
      metadata = harness.metadata
      seeded = await seedVersion(metadata)
    })

    const put = (name: string, conditions = EU, maxSlices = 10) =>
      metadata.putSlice(
        { modelId: seeded.model.id, name, conditions, createdMs: NOW_MS, createdBy: 'ada' },
        maxSlices,
      )

    it('makes another slice of the same name when its conditions change, and nothing when they do not', async () => {
      const first = await put('Europe')
      expect(await put('Europe')).toEqual(first)
      const second = await put('Europe', MISSING)
      expect(second.id).not.toBe(first.id)
      expect(second).toMatchObject({ revision: 2, conditions: MISSING, endedMs: null })
      expect(await metadata.listSlices(seeded.model.id)).toEqual([second])
      expect(await metadata.listSliceRevisions(seeded.model.id, 10)).toMatchObject([
        { revision: 2 },
        { revision: 1, endedMs: NOW_MS, endedBy: 'ada' },
      ])
    })

    it('takes as many of a model as may be, and one more once one has ended', async () => {
      const first = await put('a', EU, 2)
      await put('b', EU, 2)
      await expect(put('c', EU, 2)).rejects.toMatchObject({ code: 'conflict' })
      expect(await put('b', MISSING, 2)).toMatchObject({ revision: 2 })
      expect(await metadata.endSlice(first.id, 'bob', NOW_MS)).toBe(true)
      expect(await metadata.endSlice(first.id, 'bob', NOW_MS)).toBe(false)
      expect(await put('c', EU, 2)).toMatchObject({ revision: 1 })
      expect((await metadata.listSlices()).map(({ name }) => name)).toEqual(['b', 'c'])
    })

    it('keeps what is said of slices apart from what is said of the version', async () => {
      const slice = await put('Europe')
      const { id: _, ...monitor } = seeded.drift
      const about = { ...monitor, slice: { id: slice.id, name: slice.name } }
      const before = await metadata.listMonitors(seeded.version.id)
      const custom = { ...about, metric: 'custom_up' as const }
      await metadata.addSliceMonitors(slice.id, [about])
      await metadata.addSliceMonitors(slice.id, [about, custom])
      await metadata.addSliceMonitors(slice.id, [custom])
      const [own, ...more] = await metadata.listSliceMonitors(seeded.version.id)
      expect(more).toMatchObject([{ metric: 'custom_up', column: about.column }])
      if (!own) throw new RangeError('a monitor was added')
      expect(own.slice).toEqual({ id: slice.id, name: 'Europe' })
      expect(await metadata.findMonitor(own.id)).toEqual(own)
      expect(await metadata.listMonitors(seeded.version.id)).toEqual(before)

      const evaluations = [evaluation(seeded.drift, 0, { value: 0.05 }), evaluation(own, 0, { value: 0.9 })]
      await metadata.commitVerdicts(verdict(seeded, 0, { evaluations }))
      const query = {
        versionIds: [seeded.version.id],
        range: { startMs: 0, endMs: NOW_MS * 2 },
        limit: 10,
        withDetail: false,
      }
      const values = async (change = {}) =>
        (await metadata.listEvaluations({ ...query, ...change })).map(({ value }) => value)
      expect(await values()).toEqual([0.05])
      expect(await values({ metric: own.metric })).toEqual([0.05])
      expect(await values({ withSlices: true })).toEqual([0.05, 0.9])
      expect(await values({ monitorId: own.id })).toEqual([0.9])
      expect(await metadata.latestEvaluations([seeded.version.id])).toMatchObject([{ value: 0.05 }])
      expect(await metadata.latestSliceEvaluations([seeded.version.id])).toMatchObject([
        { value: 0.9, sliceId: slice.id },
      ])
      for (const by of ['metric', 'monitor'] as const) {
        const traces = await metadata.listTraces({ ...query, metrics: [own.metric], cellMs: 1, by })
        expect(traces.map(({ value }) => value)).toEqual([0.05])
      }
      await metadata.endSlice(slice.id, 'ada', NOW_MS)
      expect(await metadata.listSliceMonitors(seeded.version.id)).toEqual([])
      expect(await metadata.latestSliceEvaluations([seeded.version.id])).toEqual([])
    })
  })
}
