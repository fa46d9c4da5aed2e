/** Owns the conformance suite of models, versions, columns, profiles and monitors. */
import { describe, expect, it } from 'vitest'
import { NOW_MS, newMonitor, profile } from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import { type OpenMetadata, seedVersion } from '@/db/conformance/seeded'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { SeriesStore } from '@/db/contracts/series-store'
import type { Expectation } from '@/lib/domain/profile'

export function testMetadataModels(open: OpenMetadata): void {
  describe('models and profiles', () => {
    let metadata: MetadataStore
    let series: SeriesStore
    openForEach(open, (harness) => {
      metadata = harness.metadata
      series = harness.series
    })

    it('registers a model and version once', async () => {
      const [first, second] = await Promise.all([
        metadata.registerVersion('fraud', '1', NOW_MS),
        metadata.registerVersion('fraud', '1', NOW_MS + 1),
      ])
      expect(second).toEqual(first)
      expect(first.model.settings).toMatchObject({ cadence: '1h', allowedLatenessMs: 600_000 })
      const other = await metadata.registerVersion('fraud', '2', NOW_MS)
      expect(other.model.id).toBe(first.model.id)
      expect((await metadata.listVersions(first.model.id)).map(({ name }) => name)).toEqual(['1', '2'])
      expect(await metadata.findModel('fraud')).toEqual(first.model)
      expect(await metadata.findModelById(first.model.id)).toEqual(first.model)
      expect(await metadata.findVersion(first.model.id, '2')).toEqual(other.version)
      expect(await metadata.findVersionById(other.version.id)).toEqual(other.version)
      expect(await metadata.findModel('nobody')).toBeNull()
    })

    it('registers a model without a version', async () => {
      const model = await metadata.registerModel('fraud', NOW_MS)
      expect(await metadata.registerModel('fraud', NOW_MS + 1)).toEqual(model)
      expect(await metadata.listVersions(model.id)).toEqual([])
      expect(await metadata.listModels()).toEqual([model])
    })

    it('shows how far the summarised records of a version reach', async () => {
      const { version } = await metadata.registerVersion('fraud', '1', NOW_MS)
      const seen = { versionId: version.id, firstMs: 50, lastMs: 90, receivedMs: 100, records: 3 }
      const to = { day: '2026-03-01', seq: 1 }
      await series.commit({
        stage: 'records',
        from: null,
        to,
        deltas: [],
        dueWindows: [],
        seen: [seen, { ...seen, firstMs: 20, lastMs: 70 }],
      })
      expect(await metadata.findVersionById(version.id)).toMatchObject({
        firstRecordMs: 20,
        lastRecordMs: 90,
      })
    })

    it('numbers columns from 1 within a version, up to the limit', async () => {
      const { version } = await metadata.registerVersion('fraud', '1', NOW_MS)
      const other = await metadata.registerVersion('fraud', '2', NOW_MS)
      const columns = ['a', 'b', 'c', 'a'].map((name) => ({ family: 'input' as const, name }))
      const registered = await metadata.registerColumns(version.id, columns, 2)
      expect(registered.map(({ name, columnId }) => [name, columnId])).toEqual([
        ['a', 1],
        ['b', 2],
      ])
      expect(await metadata.registerColumns(version.id, columns, 3)).toHaveLength(3)
      expect((await metadata.listColumns(version.id)).map(({ columnId }) => columnId)).toEqual([1, 2, 3])
      const [first] = await metadata.registerColumns(other.version.id, [{ family: 'output', name: 'a' }], 9)
      expect(first).toEqual({ versionId: other.version.id, columnId: 1, family: 'output', name: 'a' })
    })

    it('changes settings and mode', async () => {
      const { model, version } = await metadata.registerVersion('fraud', '1', NOW_MS)
      await metadata.updateModelSettings(model.id, { ...model.settings, cadence: '1d', owner: 'ana' })
      await metadata.updateVersionMode(version.id, 'shadow')
      expect((await metadata.findModelById(model.id))?.settings).toMatchObject({
        cadence: '1d',
        owner: 'ana',
      })
      expect((await metadata.findVersionById(version.id))?.mode).toBe('shadow')
    })

    it('stores drafts as revisions, and lists them newest first without chunks', async () => {
      const { version } = await metadata.registerVersion('fraud', '1', NOW_MS)
      const first = await metadata.addProfile(version.id, profile(10), NOW_MS)
      const second = await metadata.addProfile(version.id, profile(20), NOW_MS)
      expect([first.revision, second.revision, first.status]).toEqual([1, 2, 'draft'])
      expect(await metadata.findProfile(first.id)).toEqual({ ...first, profile: profile(10) })
      const listed = await metadata.listProfiles(version.id)
      expect(listed.map(({ profile: { rows, chunks } }) => [rows, chunks.length])).toEqual([
        [20, 0],
        [10, 0],
      ])
    })

    it('changes expectations of a draft only, and only of a column that is there', async () => {
      const { version } = await metadata.registerVersion('fraud', '1', NOW_MS)
      const draft = await metadata.addProfile(version.id, profile(), NOW_MS)
      const range: Expectation[] = [{ kind: 'range', min: 0, max: 9 }]
      await metadata.updateExpectations(draft.id, 'amount', range)
      await metadata.updateExpectations(draft.id, 'input:age', [])
      const stored = await metadata.findProfile(draft.id)
      expect(stored?.profile.columns.map(({ expectations }) => expectations)).toEqual([range, []])
      expect(stored?.profile.chunks).toHaveLength(1)
      await expect(metadata.updateExpectations(draft.id, 'nothing', [])).rejects.toMatchObject({
        code: 'not_found',
      })
      await metadata.activateProfile(draft.id, [], NOW_MS)
      await expect(metadata.updateExpectations(draft.id, 'amount', [])).rejects.toMatchObject({
        code: 'conflict',
      })
    })

    it('activates a profile with its monitors, supersedes the one before, and does so once', async () => {
      const { version, profileId, drift } = await seedVersion(metadata)
      expect((await metadata.findVersionById(version.id))?.profileId).toBe(profileId)
      await metadata.activateProfile(profileId, [newMonitor(version.id, profileId)], NOW_MS + 5)
      expect(await metadata.listMonitors(version.id)).toHaveLength(2)
      expect((await metadata.findProfile(profileId))?.activatedMs).toBe(NOW_MS)
      const next = await metadata.addProfile(version.id, profile(), NOW_MS)
      await metadata.activateProfile(next.id, [newMonitor(version.id, next.id)], NOW_MS + 9)
      expect((await metadata.listProfiles(version.id)).map(({ status }) => status)).toEqual([
        'active',
        'superseded',
      ])
      expect((await metadata.listMonitors(version.id)).map((monitor) => monitor.profileId)).toEqual([next.id])
      expect(await metadata.findMonitor(drift.id)).toEqual(drift)
      await expect(metadata.activateProfile(profileId, [], NOW_MS)).rejects.toMatchObject({
        code: 'conflict',
      })
      await expect(metadata.activateProfile(999, [], NOW_MS)).rejects.toMatchObject({ code: 'not_found' })
    })

    it('changes a monitor in part', async () => {
      const { drift } = await seedVersion(metadata)
      expect(await metadata.updateMonitor(drift.id, { enabled: false })).toEqual({ ...drift, enabled: false })
      expect(
        await metadata.updateMonitor(drift.id, { effectFloor: 0.3, severity: 'critical' }),
      ).toMatchObject({ enabled: false, effectFloor: 0.3 })
      expect(await metadata.updateMonitor(drift.id, { method: 'wasserstein' })).toMatchObject({
        method: 'wasserstein',
        effectFloor: 0.3,
      })
      expect(await metadata.updateMonitor(drift.id, {})).toMatchObject({ severity: 'critical' })
      await expect(metadata.updateMonitor(999, { enabled: true })).rejects.toMatchObject({
        code: 'not_found',
      })
    })

    it('remembers who changed a monitor, when, how and why, with the change itself', async () => {
      const { drift } = await seedVersion(metadata)
      const policy = { ...drift.policy, fireCount: 3, fireOf: 4 }
      const change = {
        policy,
        fixedLimit: 0.25,
        owner: 'data team',
        runbookUrl: 'https://runbooks.example/1',
      }
      const by = { atMs: NOW_MS, actor: 'user:ann', why: 'It cried wolf.' }
      const before = { policy: drift.policy, fixedLimit: null, owner: null, runbookUrl: null }
      const changed = await metadata.updateMonitor(drift.id, change, { ...by, before, after: change })
      expect(changed).toEqual({ ...drift, ...change })
      expect(await metadata.findMonitor(drift.id)).toEqual(changed)
      await metadata.updateMonitor(
        drift.id,
        { fixedLimit: null },
        { ...by, atMs: NOW_MS + 1, before: { fixedLimit: 0.25 }, after: { fixedLimit: null } },
      )
      const history = await metadata.listMonitorRevisions(drift.id, 10)
      expect(history).toMatchObject([{ after: { fixedLimit: null } }, { ...by, before, after: change }])
      expect(await metadata.listMonitorRevisions(drift.id, 1)).toHaveLength(1)
      const lost = { ...by, before: {}, after: {} }
      await expect(metadata.updateMonitor(999, {}, lost)).rejects.toMatchObject({ code: 'not_found' })
    })
  })
}
