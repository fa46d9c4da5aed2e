/** Owns the conformance suite of the commit that joins evaluations, monitor states, alerts and messages. */
import { describe, expect, it } from 'vitest'
import {
  alert,
  evaluation,
  NOW_MS,
  notification,
  type Seeded,
  verdict,
  windowOf,
} from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import { type OpenMetadata, seedChannel, seedVersion } from '@/db/conformance/seeded'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { SeriesStore } from '@/db/contracts/series-store'
import type { AlertEvent, MonitorState } from '@/lib/domain/alert'

const EVENT: Omit<AlertEvent, 'id' | 'alertId'> = {
  atMs: NOW_MS,
  kind: 'fired',
  actor: 'plumbline',
  note: '',
}

export function testMetadataVerdicts(open: OpenMetadata): void {
  describe('the commit of verdicts', () => {
    let metadata: MetadataStore
    let series: SeriesStore
    let seeded: Seeded
    openForEach(open, async (harness) => {
      metadata = harness.metadata
      series = harness.series
      seeded = await seedVersion(metadata)
    })

    const listEvaluations = () =>
      metadata.listEvaluations({
        versionIds: [seeded.version.id],
        range: { startMs: 0, endMs: NOW_MS * 2 },
        limit: 100,
        withDetail: false,
      })

    it('remembers monitor states', async () => {
      const state: MonitorState = {
        monitorId: seeded.drift.id,
        state: 'pending',
        recent: [0, 1],
        calm: 0,
        onsetMs: 5,
        lastWindowStartMs: 6,
        lastVerdict: 'drift',
      }
      await metadata.commitVerdicts(verdict(seeded, 0, { states: [state] }))
      const next: MonitorState = { ...state, state: 'firing', recent: [1, 1], onsetMs: null }
      await metadata.commitVerdicts(verdict(seeded, 1, { states: [next] }))
      expect(await metadata.listMonitorStates(seeded.version.id)).toEqual([next])
    })

    it('writes evaluations, alert, history and messages together, with real ids everywhere', async () => {
      const channel = await seedChannel(metadata)
      const cause = alert(seeded, { id: -2, cause: 'schema', dedupKey: 'schema' })
      await metadata.commitVerdicts(
        verdict(seeded, 0, {
          evaluations: [evaluation(seeded.drift, 0, { verdict: 'drift' })],
          alerts: [alert(seeded, { inhibitedBy: -2 }), cause],
          events: [{ ...EVENT, alertId: -1 }],
          notifications: [notification(channel.id, { alertId: -1 })],
        }),
      )
      const alerts = await metadata.listAlerts({ limit: 10 })
      const drift = alerts.find((one) => one.cause === 'input_drift')
      const schema = alerts.find((one) => one.cause === 'schema')
      expect(drift?.inhibitedBy).toBe(schema?.id)
      const [evaluated] = await listEvaluations()
      expect(drift?.members[0]?.evaluationId).toBe(evaluated?.id)
      expect(await metadata.listAlertEvents(drift?.id ?? 0)).toMatchObject([
        { kind: 'fired', alertId: drift?.id },
      ])
      expect(await metadata.listNotifications({ alertId: drift?.id, limit: 5 })).toHaveLength(1)
    })

    it('changes nothing at all when a part of a verdict cannot be written', async () => {
      const broken = verdict(seeded, 0, {
        evaluations: [evaluation(seeded.drift, 0)],
        alerts: [alert(seeded)],
        events: [{ ...EVENT, alertId: 999 }],
      })
      await expect(metadata.commitVerdicts(broken)).rejects.toThrow()
      expect(await listEvaluations()).toEqual([])
      expect(await metadata.listAlerts({ limit: 5 })).toEqual([])
    })

    it('writes several verdicts together, each with alerts of its own, or none of them', async () => {
      const raised = (n: number, at: number) =>
        verdict(seeded, n, {
          evaluations: [evaluation(seeded.drift, n)],
          alerts: [alert(seeded, { dedupKey: `of ${n}`, title: `of ${n}` })],
          events: [{ ...EVENT, alertId: at }],
        })
      await expect(metadata.commitVerdicts(raised(0, -1), raised(1, 999))).rejects.toThrow()
      expect(await listEvaluations()).toEqual([])
      expect(await metadata.listAlerts({ limit: 5 })).toEqual([])

      await metadata.commitVerdicts(raised(0, -1), raised(1, -1))
      expect(await listEvaluations()).toHaveLength(2)
      const stored = await metadata.listAlerts({ limit: 5 })
      expect(stored.map(({ title }) => title).sort()).toEqual(['of 0', 'of 1'])
      for (const { id } of stored) expect(await metadata.listAlertEvents(id)).toHaveLength(1)
    })

    it('takes an alert with a known key for the one that is stored', async () => {
      await metadata.commitVerdicts(verdict(seeded, 0, { alerts: [alert(seeded, { dedupKey: 'same' })] }))
      const again = alert(seeded, { dedupKey: 'same', title: 'again' })
      await metadata.commitVerdicts(
        verdict(seeded, 0, { alerts: [again], events: [{ ...EVENT, alertId: -1 }] }),
      )
      const [stored, ...others] = await metadata.listAlerts({ limit: 5 })
      expect(others).toEqual([])
      expect(stored?.title).toBe('again')
      expect(await metadata.listAlertEvents(stored?.id ?? 0)).toHaveLength(1)
    })

    it('settles the due window unless it was touched since', async () => {
      const due = { versionId: seeded.version.id, ...windowOf(0), dueMs: 100, backfill: false }
      await series.addDue([due])
      await series.addDue([due])
      await metadata.commitVerdicts(verdict(seeded, 0, { settlesDueMs: 100 }))
      const [left] = await series.listDue(NOW_MS, 5)
      expect(left).toBeDefined()
      await metadata.commitVerdicts(verdict(seeded, 0, { settlesDueMs: left?.dueMs ?? 0 }))
      expect(await series.listDue(NOW_MS, 5)).toEqual([])
    })
  })
}
