/** Owns the conformance suite of metrics that people define. */
import { describe, expect, it } from 'vitest'
import { NOW_MS, newMonitor } from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import { type OpenMetadata, seedMonitors } from '@/db/conformance/seeded'
import type { NewCustomMetric } from '@/db/contracts/custom-records'
import type { MetadataStore } from '@/db/contracts/metadata-store'

const NO_MONITORS = { added: [], changed: [] }

export function testMetadataCustom(open: OpenMetadata): void {
  describe('custom metrics', () => {
    let metadata: MetadataStore
    openForEach(open, (harness) => {
      metadata = harness.metadata
    })

    const definition = (modelId: number, change: Partial<NewCustomMetric> = {}): NewCustomMetric => ({
      modelId,
      name: 'approval rate',
      expression: 'share(prediction = 1)',
      aggregate: 'share',
      fields: { 'record:prediction': 'number' },
      unit: null,
      bad: 'down',
      baseline: 'trailing',
      fixedLimit: null,
      seriesId: null,
      isRemoved: false,
      createdMs: NOW_MS,
      createdBy: 'ada',
      why: 'asked for by risk',
      ...change,
    })

    it('are numbered within their name; the newest holds until it is removed', async () => {
      const { id } = await metadata.registerModel('a', NOW_MS)
      expect(await metadata.customStamp()).toBe(0)
      const first = await metadata.addCustomMetric(definition(id), 0, 20, NO_MONITORS)
      expect(first).toEqual({ ...definition(id), id: first.id, revision: 1, seriesId: first.id })
      const sliced = definition(id, { name: 'by region', slices: ['Europe <i>', 'Asia'] })
      const counted = await metadata.addCustomMetric(sliced, 0, 20, NO_MONITORS)
      expect(counted.slices).toEqual(['Europe <i>', 'Asia'])
      const { id: _, revision, ...rest } = counted
      await metadata.addCustomMetric({ ...rest, isRemoved: true }, revision, 20, NO_MONITORS)
      const other = await metadata.addCustomMetric(definition(id, { name: 'a "b"' }), 0, 20, NO_MONITORS)
      const second = await metadata.addCustomMetric(
        definition(id, { unit: '%', seriesId: first.seriesId }),
        1,
        20,
        NO_MONITORS,
      )
      expect(second).toMatchObject({ revision: 2, seriesId: first.id, unit: '%' })
      expect(await metadata.listCustomMetrics(id)).toEqual([other, second])
      expect(await metadata.listCustomRevisions(id, 'approval rate', 5)).toEqual([second, first])
      await metadata.addCustomMetric(definition(id, { isRemoved: true }), 2, 20, NO_MONITORS)
      expect(await metadata.listCustomMetrics(id)).toEqual([other])
      const again = await metadata.addCustomMetric(definition(id), 0, 20, NO_MONITORS)
      expect(again.revision).toBe(4)
      expect(await metadata.customStamp()).toBe(again.id)
    })

    it('are not changed by somebody who has not seen the newest, and are few', async () => {
      const { id } = await metadata.registerModel('a', NOW_MS)
      await metadata.addCustomMetric(definition(id), 0, 1, NO_MONITORS)
      const stale = metadata.addCustomMetric(definition(id), 0, 1, NO_MONITORS)
      await expect(stale).rejects.toMatchObject({ code: 'conflict', details: { reason: 'stale_revision' } })
      const more = metadata.addCustomMetric(definition(id, { name: 'b' }), 0, 1, NO_MONITORS)
      await expect(more).rejects.toMatchObject({ code: 'conflict', details: { reason: 'too_many_metrics' } })
    })

    it('bring their monitors, and change them, in one transaction', async () => {
      const { model, version, profileId } = await seedMonitors(metadata, 'a', [{}])
      const added = newMonitor(version.id, profileId, {
        metric: 'custom_share_down',
        column: { family: 'output', name: 'approval rate' },
        method: null,
      })
      await metadata.addCustomMetric(definition(model.id), 0, 20, { added: [added], changed: [] })
      const monitor = (await metadata.listMonitors(version.id)).find(({ metric }) => metric === added.metric)
      expect(monitor).toMatchObject(added)
      const monitorId = monitor?.id ?? 0
      const revision = { monitorId, atMs: NOW_MS, actor: 'ada', why: 'off', before: { enabled: true } }
      const changed = [{ ...revision, after: { enabled: false } }]
      const stale = metadata.addCustomMetric(definition(model.id), 7, 20, { added: [], changed })
      await expect(stale).rejects.toMatchObject({ code: 'conflict' })
      expect((await metadata.findMonitor(monitorId))?.enabled).toBe(true)
      await metadata.addCustomMetric(definition(model.id), 1, 20, { added: [], changed })
      expect((await metadata.findMonitor(monitorId))?.enabled).toBe(false)
      expect(await metadata.listMonitorRevisions(monitorId, 5)).toMatchObject([{ why: 'off' }])
    })
  })
}
