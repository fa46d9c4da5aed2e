/** Owns the conformance suite of reading and forgetting evaluations. */
import { describe, expect, it } from 'vitest'
import {
  evaluation,
  NOW_MS,
  profile,
  type Seeded,
  verdict,
  windowOf,
} from '@/db/conformance/metadata-samples'
import { openForEach } from '@/db/conformance/open-for-each'
import { type OpenMetadata, seedVersion } from '@/db/conformance/seeded'
import type { EvaluationQuery } from '@/db/contracts/evaluation-records'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import { HOUR_MS } from '@/lib/domain/time'

export function testMetadataEvaluations(open: OpenMetadata): void {
  describe('evaluations', () => {
    let metadata: MetadataStore
    let seeded: Seeded
    openForEach(open, async (harness) => {
      metadata = harness.metadata
      seeded = await seedVersion(metadata)
    })

    const judge = (hour: number, value: number | null = 0.05) =>
      metadata.commitVerdicts(
        verdict(seeded, hour, {
          evaluations: [evaluation(seeded.drift, hour, { value }), evaluation(seeded.volume, hour)],
        }),
      )
    const list = (change: Partial<EvaluationQuery> = {}) =>
      metadata.listEvaluations({
        versionIds: [seeded.version.id],
        range: { startMs: 0, endMs: NOW_MS * 2 },
        limit: 100,
        withDetail: false,
        ...change,
      })

    it('numbers revisions of a window and lists the newest only', async () => {
      await judge(0, 0.1)
      await judge(0, 0.2)
      await judge(1, 0.3)
      const drift = await list({ metric: 'drift' })
      expect(drift.map(({ value, revision }) => [value, revision])).toEqual([
        [0.2, 2],
        [0.3, 1],
      ])
      const revisions = await metadata.listRevisions(seeded.drift.id, windowOf(0).startMs)
      expect(revisions.map(({ value, revision }) => [value, revision])).toEqual([
        [0.1, 1],
        [0.2, 2],
      ])
      const latest = await metadata.latestEvaluations([seeded.version.id])
      expect(latest.map(({ metric, windowStartMs }) => [metric, windowStartMs])).toEqual([
        ['drift', windowOf(1).startMs],
        ['volume', windowOf(1).startMs],
      ])
      expect(await metadata.lastEvaluatedWindow(seeded.version.id)).toBe(windowOf(1).startMs)
      expect(await metadata.lastEvaluatedWindow(999)).toBeNull()
    })

    it('lists what tests gave, of the newest revisions of these monitors alone', async () => {
      const both = (hour: number, pValue: number | null) =>
        metadata.commitVerdicts(
          verdict(seeded, hour, {
            evaluations: [
              evaluation(seeded.drift, hour, { pValue }),
              evaluation(seeded.volume, hour, { pValue: 0.75 }),
            ],
          }),
        )
      await both(0, 0.5)
      await both(0, 0.25)
      await both(1, null)
      await both(2, 0.125)
      const range = { startMs: windowOf(0).startMs, endMs: windowOf(2).startMs }
      const of = async (monitors: readonly { readonly id: number }[]) => {
        const rows = await metadata.listPValues(
          monitors.map(({ id }) => id),
          range,
        )
        return rows.map(({ windowStartMs, pValue }) => `${windowStartMs} ${pValue}`).sort()
      }
      const [first, second] = [windowOf(0).startMs, windowOf(1).startMs]
      expect(await of([seeded.drift])).toEqual([`${first} 0.25`])
      expect(await of([seeded.drift, seeded.volume])).toEqual([
        `${first} 0.25`,
        `${first} 0.75`,
        `${second} 0.75`,
      ])
      expect(await of([])).toEqual([])
    })

    it('shows one profile a window: the active one', async () => {
      await judge(0, 0.1)
      const next = await metadata.addProfile(seeded.version.id, profile(), NOW_MS)
      const { id, ...plan } = seeded.drift
      await metadata.activateProfile(next.id, [{ ...plan, profileId: next.id }], NOW_MS)
      const [drift] = await metadata.listMonitors(seeded.version.id)
      if (!drift) throw new Error('the monitor is there')
      await metadata.commitVerdicts(
        verdict(seeded, 0, { evaluations: [evaluation(drift, 0, { value: 0.4 })] }),
      )
      expect((await list()).map(({ value }) => value)).toEqual([0.4])
      expect((await list({ metric: 'drift' })).map(({ value }) => value)).toEqual([0.4])
      expect((await list({ monitorId: id })).map(({ value }) => value)).toEqual([0.1])
      const latest = await metadata.latestEvaluations([seeded.version.id])
      expect(latest.map(({ monitorId }) => monitorId)).toEqual([drift.id])
      const cells = await metadata.listTraces({
        versionIds: [seeded.version.id],
        metrics: ['drift'],
        range: windowOf(0),
        cellMs: HOUR_MS,
        by: 'metric',
        limit: 10,
      })
      expect(cells.map(({ value, judged }) => [value, judged])).toEqual([[0.4, 1]])
    })

    it('keeps a missing value missing and the details apart', async () => {
      await judge(0, null)
      const [row] = await list({ metric: 'drift' })
      expect(row).toMatchObject({ value: null, detail: {}, column: { family: 'input', name: 'amount' } })
      expect((await list({ metric: 'drift', withDetail: true }))[0]?.detail).toEqual({ shiftSigma: 0.1 })
      expect((await metadata.findEvaluation(row?.id ?? 0))?.detail).toEqual({ shiftSigma: 0.1 })
      expect(await metadata.findEvaluation(999)).toBeNull()
    })

    it('tells how far evaluations went beyond their limits, as the judge told it where it did', async () => {
      const told = evaluation(seeded.drift, 0, { value: 0.4, limit: 0.1, detail: { limitRatio: 3 } })
      const plain = evaluation(seeded.volume, 0, { value: 0.2, limit: 0.1, detail: {} })
      await metadata.commitVerdicts(verdict(seeded, 0, { evaluations: [told, plain] }))
      const [first, second] = await list()
      const asked = [first?.id ?? 0, second?.id ?? 0, 9_999]
      const rows = await metadata.listExcesses(asked)
      expect(rows.sort((a, b) => a.evaluationId - b.evaluationId)).toEqual([
        { evaluationId: first?.id, verdict: told.verdict, value: 0.4, limit: 0.1, told: 3 },
        { evaluationId: second?.id, verdict: plain.verdict, value: 0.2, limit: 0.1, told: null },
      ])
      expect(await metadata.listExcesses([])).toEqual([])
    })

    it('filters and pages evaluations in order of window and id', async () => {
      for (const hour of [2, 0, 1]) await judge(hour)
      const first = await list({ limit: 4 })
      expect(first.map(({ windowStartMs }) => (windowStartMs - NOW_MS) / HOUR_MS)).toEqual([0, 0, 1, 1])
      const last = first[3] as (typeof first)[number]
      const rest = await list({ after: { windowStartMs: last.windowStartMs, id: last.id } })
      expect(rest.map(({ windowStartMs }) => (windowStartMs - NOW_MS) / HOUR_MS)).toEqual([2, 2])
      expect(await list({ column: { family: 'input', name: 'amount' } })).toHaveLength(3)
      expect(await list({ column: { family: 'input', name: 'age' } })).toEqual([])
      expect(await list({ monitorId: seeded.volume.id, range: windowOf(1) })).toHaveLength(1)
      expect(await list({ versionIds: [] })).toEqual([])
      expect(await list({ versionIds: [999], metric: 'drift' })).toEqual([])
    })

    it('joins windows into cells for charts and keeps the worst', async () => {
      for (const [hour, value] of [0.05, 0.3, null, 0.2].entries()) {
        const drift = evaluation(seeded.drift, hour, {
          value,
          verdict: value && value > 0.1 ? 'drift' : 'ok',
        })
        await metadata.commitVerdicts(
          verdict(seeded, hour, {
            evaluations: [drift, evaluation(seeded.volume, hour, { value: hour, limit: null })],
          }),
        )
      }
      const query = {
        versionIds: [seeded.version.id],
        metrics: ['drift'],
        range: { startMs: NOW_MS, endMs: NOW_MS + 4 * HOUR_MS },
        cellMs: 2 * HOUR_MS,
        by: 'monitor' as const,
        limit: 10,
      }
      const cells = await metadata.listTraces(query)
      expect(
        cells.map(({ value, judged, breached, windowStartMs }) => [
          value,
          judged,
          breached,
          (windowStartMs - NOW_MS) / HOUR_MS,
        ]),
      ).toEqual([
        [0.3, 2, 1, 1],
        [0.2, 2, 1, 3],
      ])
      expect(cells[0]).toMatchObject({
        monitorId: seeded.drift.id,
        metric: 'drift',
        limit: 0.1,
        column: { name: 'amount' },
      })
      const both = await metadata.listTraces({
        ...query,
        metrics: ['drift', 'volume'],
        by: 'metric',
        cellMs: 4 * HOUR_MS,
      })
      expect(both.map(({ metric, value }) => [metric, value])).toEqual([
        ['drift', 0.3],
        ['volume', 3],
      ])
      expect(await metadata.listTraces({ ...query, column: { family: 'input', name: 'age' } })).toEqual([])
      expect(await metadata.listTraces({ ...query, limit: 1 })).toHaveLength(1)
    })

    it('lists what monitors of late arrivals found, newest revisions in the order of time', async () => {
      const arrived = (hour: number, value: number, delayMs?: number) =>
        metadata.commitVerdicts(
          verdict(seeded, hour, {
            evaluations: [
              evaluation(seeded.drift, hour, { value, detail: delayMs === undefined ? {} : { delayMs } }),
              evaluation(seeded.volume, hour),
            ],
          }),
        )
      await arrived(1, 0.4)
      await arrived(0, 0.1, 5)
      await arrived(0, 0.2, 7)
      await arrived(2, 0.3, 9)
      const range = { startMs: windowOf(0).startMs, endMs: windowOf(2).startMs }
      const rows = await metadata.listArrivals([seeded.drift.id], range)
      expect(rows).toMatchObject([
        {
          monitorId: seeded.drift.id,
          windowStartMs: windowOf(0).startMs,
          value: 0.2,
          delayMs: 7,
          historical: false,
        },
        { windowStartMs: windowOf(1).startMs, windowEndMs: windowOf(1).endMs, value: 0.4, delayMs: null },
      ])
      const both = await metadata.listArrivals([seeded.volume.id, seeded.drift.id], range)
      expect(both.map(({ monitorId }) => monitorId)).toEqual(
        [seeded.drift.id, seeded.drift.id, seeded.volume.id, seeded.volume.id].sort(
          (one, other) => one - other,
        ),
      )
      expect(await metadata.listArrivals([], range)).toEqual([])
    })

    it('deletes old evaluations a few at a time, and counts history from the day it was judged', async () => {
      for (const hour of [0, 1, 2]) await judge(hour)
      const { startMs } = windowOf(2)
      const history = evaluation(seeded.drift, -100, { evaluatedMs: startMs + 1 })
      await metadata.commitVerdicts(verdict(seeded, -100, { evaluations: [history] }))
      expect(await metadata.deleteEvaluationsBefore(startMs + 1, 3)).toBe(3)
      expect(await metadata.deleteEvaluationsBefore(startMs + 1, 3)).toBe(1)
      expect(await metadata.deleteEvaluationsBefore(startMs + 1, 3)).toBe(0)
      expect((await list()).map(({ windowStartMs }) => windowStartMs)).toEqual([
        windowOf(-100).startMs,
        startMs,
        startMs,
      ])
    })
  })
}
