/** Owns the conformance tests of listing alerts: their order, their pages, and what stands out among them. */
import { describe, expect, it } from 'vitest'
import { alert, type Seeded, verdict } from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import { type OpenMetadata, seedVersion } from '@/db/conformance/seeded'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import { waitsForSomebody } from '@/lib/domain/alert'

export function testAlertLists(open: OpenMetadata): void {
  describe('verdicts and alerts', () => {
    let metadata: MetadataStore
    let seeded: Seeded
    openForEach(open, async (harness) => {
      metadata = harness.metadata
      seeded = await seedVersion(metadata)
    })

    it('lists alerts open first, by severity, then newest, and pages by time', async () => {
      const alerts = [
        alert(seeded, { id: -1, firedMs: 1 }),
        alert(seeded, { id: -2, firedMs: 2, state: 'resolved', resolvedMs: 50, resolution: 'recovered' }),
        alert(seeded, { id: -3, firedMs: 3 }),
        alert(seeded, { id: -4, firedMs: 0, severity: 'critical' }),
        alert(seeded, {
          id: -5,
          firedMs: 9,
          historical: true,
          state: 'resolved',
          resolvedMs: 20,
          resolution: 'recovered',
        }),
      ]
      await metadata.commitVerdicts(verdict(seeded, 0, { alerts }))
      const fired = async (query: Parameters<MetadataStore['listAlerts']>[0]) =>
        (await metadata.listAlerts(query)).map(({ firedMs }) => firedMs)
      expect(await fired({ limit: 10 })).toEqual([0, 3, 1, 9, 2])
      expect(await fired({ limit: 10, states: ['resolved'], historical: false })).toEqual([2])
      expect(await fired({ limit: 10, modelId: 999 })).toEqual([])
      expect(await fired({ limit: 1, before: { firedMs: 3, id: 1 } })).toEqual([2])
      expect(await metadata.countOpenAlerts()).toEqual([
        { modelId: seeded.model.id, versionId: seeded.version.id, critical: 1, warning: 2 },
      ])
      expect(await metadata.listOpenAttention()).toHaveLength(3)
      expect(
        (await metadata.listReopenable(seeded.version.id, 40)).map(({ firedMs }) => firedMs).sort(),
      ).toEqual([0, 1, 2, 3])
    })

    it('tells of open alerts what people did, and what explains them', async () => {
      const marks = [
        { acknowledgedMs: null, silencedUntilMs: null, inhibitedBy: null },
        { acknowledgedMs: 5, silencedUntilMs: null, inhibitedBy: null },
        { acknowledgedMs: null, silencedUntilMs: 90, inhibitedBy: 1 },
      ]
      const alerts = marks.map((mark, i) => alert(seeded, { id: -1 - i, state: 'firing', ...mark }))
      await metadata.commitVerdicts(verdict(seeded, 0, { alerts }))
      const listed = await metadata.listOpenAttention()
      expect(listed).toHaveLength(3)
      expect(listed).toEqual(expect.arrayContaining(marks))
      expect(listed.filter((each) => waitsForSomebody(each, 89))).toEqual([marks[0]])
      // Explained as before, when its silence is over.
      expect(listed.filter((each) => waitsForSomebody(each, 91))).toEqual([marks[0]])
    })

    it('lists silences that ended in a span', async () => {
      const alerts = [10, 20, null].map((silencedUntilMs, i) =>
        alert(seeded, { id: -1 - i, silencedUntilMs }),
      )
      await metadata.commitVerdicts(verdict(seeded, 0, { alerts }))
      expect(
        (await metadata.listExpiredSilences(10, 20)).map(({ silencedUntilMs }) => silencedUntilMs),
      ).toEqual([20])
    })
  })
}
