/** Owns the conformance tests of people and the evaluator changing the same alert at the same time. */
import { describe, expect, it } from 'vitest'
import { alert, NOW_MS, type Seeded, verdict } from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import { type OpenMetadata, seedVersion } from '@/db/conformance/seeded'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { Alert } from '@/lib/domain/alert'
import { SilenceMatchersSchema } from '@/lib/domain/silence'

const EVENT = { atMs: NOW_MS, actor: 'admin', note: '' }

export function testAlertChanges(open: OpenMetadata): void {
  describe('verdicts and alerts', () => {
    let metadata: MetadataStore
    let seeded: Seeded
    openForEach(open, async (harness) => {
      metadata = harness.metadata
      seeded = await seedVersion(metadata)
    })

    async function openAlert(): Promise<Alert> {
      await metadata.commitVerdicts(verdict(seeded, 0, { alerts: [alert(seeded)] }))
      const [stored] = await metadata.listAlerts({ limit: 1 })
      if (!stored) throw new Error('the alert is there')
      return stored
    }

    it('changes an alert only from what was seen', async () => {
      const open = await openAlert()
      const resolved: Alert = { ...open, state: 'resolved', resolvedMs: 9, resolution: 'manual' }
      await metadata.changeAlert(resolved, open, [{ ...EVENT, kind: 'resolved' }], [])
      expect(await metadata.findAlert(open.id)).toEqual(resolved)
      const again = metadata.changeAlert(resolved, open, [{ ...EVENT, kind: 'resolved' }], [])
      await expect(again).rejects.toMatchObject({ code: 'conflict' })
      await expect(metadata.changeAlert({ ...resolved, id: 99 }, open, [], [])).rejects.toMatchObject({
        code: 'not_found',
      })
      expect(await metadata.listAlertEvents(open.id)).toHaveLength(1)
    })

    const acts: [string, (open: Alert) => Alert][] = [
      ['an acknowledgement', (open) => ({ ...open, acknowledgedBy: 'ada', acknowledgedMs: 5 })],
      ['a silence', (open) => ({ ...open, silencedUntilMs: 7, silenceReason: 'known' })],
      ['an assignment', (open) => ({ ...open, assignee: 'ada', firstSeenMs: 4 })],
      ['a judgement', (open) => ({ ...open, judgement: 'real', judgedBy: 'ada', judgedMs: 6 })],
      ['a resolution', (open) => ({ ...open, state: 'resolved', resolvedMs: 9, resolution: 'manual' })],
    ]
    it.each(acts)('does not overwrite %s that came while a window was judged', async (_, act) => {
      const open = await openAlert()
      await metadata.changeAlert(act(open), open, [], [])
      const judged = verdict(seeded, 1, { alerts: [{ ...open, title: 'worse' }], alertsRead: [open] })
      await expect(metadata.commitVerdicts(judged)).rejects.toMatchObject({ code: 'conflict' })
      expect(await metadata.findAlert(open.id)).toEqual(act(open))
      const [read] = await metadata.listAlerts({ limit: 1 })
      if (!read) throw new Error('the alert is there')
      await metadata.commitVerdicts(
        verdict(seeded, 1, { alerts: [{ ...read, title: 'worse' }], alertsRead: [read] }),
      )
      expect(await metadata.findAlert(open.id)).toEqual({ ...act(open), title: 'worse' })
    })

    it('keeps what a window found when a person acts on the alert read before it', async () => {
      const open = await openAlert()
      const worse: Alert = { ...open, title: 'worse', severity: 'critical' }
      await metadata.commitVerdicts(verdict(seeded, 1, { alerts: [worse], alertsRead: [open] }))
      const acknowledged: Alert = { ...open, acknowledgedBy: 'ada', acknowledgedMs: 5 }
      const answer = await metadata.changeAlert(acknowledged, open, [], [])
      expect(answer).toEqual({ ...worse, acknowledgedBy: 'ada', acknowledgedMs: 5 })
      expect(await metadata.findAlert(open.id)).toEqual(answer)
    })

    it('keeps an acknowledgement when a repeated judgement opens the same alert anew', async () => {
      const open = await openAlert()
      await metadata.changeAlert({ ...open, acknowledgedBy: 'ada', acknowledgedMs: 5 }, open, [], [])
      await metadata.commitVerdicts(verdict(seeded, 0, { alerts: [alert(seeded, { title: 'again' })] }))
      expect(await metadata.findAlert(open.id)).toMatchObject({ title: 'again', acknowledgedBy: 'ada' })
    })

    it('counts what became of the alerts that a monitor took part in, also of those that it left since', async () => {
      const { drift, volume, version } = seeded
      const open = await openAlert()
      const [member] = open.members
      if (!member) throw new Error('the alert has a member')
      // Volume joins, and drift leaves.
      const members = [{ ...member, monitorId: volume.id }]
      const judge = (hour: number, change: Partial<Alert>) =>
        metadata.commitVerdicts(verdict(seeded, hour, { alerts: [{ ...open, ...change }] }))
      await judge(1, { members: [...members, member] })
      await judge(2, { members })
      const [read] = await metadata.listAlerts({ limit: 1 })
      if (!read) throw new Error('the alert is there')
      const judged = { judgement: 'false_alarm', judgedBy: 'ada', judgedMs: 8 } as const
      await metadata.changeAlert({ ...read, ...judged, acknowledgedMs: 5, firstSeenMs: 4 }, read, [], [])
      const later = { firedMs: NOW_MS + 9, dedupKey: 'later' }
      await metadata.commitVerdicts(verdict(seeded, 3, { alerts: [alert(seeded, later)] }))
      const past = { historical: true, dedupKey: 'past' }
      await metadata.commitVerdicts(verdict(seeded, 4, { alerts: [alert(seeded, past)] }))
      const explained = { inhibitedBy: open.id, dedupKey: 'explained' }
      await metadata.commitVerdicts(verdict(seeded, 5, { alerts: [alert(seeded, explained)] }))
      expect(await metadata.listMonitorUse([version.id], 0)).toEqual([
        {
          monitorId: drift.id,
          fired: 4,
          lastFiredMs: NOW_MS + 9,
          acknowledged: 1,
          real: 0,
          falseAlarms: 1,
          unseen: 1,
        },
        {
          monitorId: volume.id,
          fired: 1,
          lastFiredMs: NOW_MS,
          acknowledged: 1,
          real: 0,
          falseAlarms: 1,
          unseen: 0,
        },
      ])
      expect(await metadata.listMonitorUse([version.id], NOW_MS + 10)).toEqual([])
      const found = await metadata.listJudgedAlerts(drift.id, 10)
      expect(found).toEqual([await metadata.findAlert(open.id)])
      expect(await metadata.listJudgedAlerts(volume.id, 1)).toHaveLength(1)
      expect(await metadata.listJudgedAlerts(999, 10)).toEqual([])
      expect(await metadata.listAlertSubjects([open.id])).toEqual([
        { alertId: open.id, metric: 'drift', column: drift.column },
        { alertId: open.id, metric: 'volume', column: null },
      ])
      expect(await metadata.listAlertSubjects([])).toEqual([])
      expect(await metadata.listMonitorUse([], 0)).toEqual([])
    })

    it('keeps silences until they end, and lets them be ended', async () => {
      const matchers = SilenceMatchersSchema.parse({ models: ['fraud'] })
      const silence = {
        createdMs: 1,
        createdBy: 'ada',
        reason: 'A test.',
        startsMs: 1,
        endsMs: 100,
        matchers,
      }
      const first = await metadata.addSilence(silence)
      const second = await metadata.addSilence({ ...silence, endsMs: 50 })
      expect(first).toEqual({ ...silence, id: first.id, endedBy: null })
      expect(await metadata.findSilence(first.id)).toEqual(first)
      expect(await metadata.listSilences(10, 9)).toEqual([first, second])
      expect(await metadata.listSilences(50, 9)).toEqual([first])
      expect(await metadata.endSilence(first.id, 'eve', 40)).toEqual({ ...first, endsMs: 40, endedBy: 'eve' })
      await expect(metadata.endSilence(999, 'eve', 40)).rejects.toMatchObject({ code: 'not_found' })
      expect(await metadata.deleteSilencesBefore(45)).toBe(1)
      expect(await metadata.findSilence(first.id)).toBeNull()
    })
  })
}
