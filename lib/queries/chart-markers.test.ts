import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { MarkerKind } from '@/lib/domain/marker'
import { listChartMarkers } from '@/lib/queries/chart-markers'
import { AlertInstance } from '@/lib/services/alerts/alert-testing'
import { addMarker } from '@/lib/services/models/markers'

const NOW_MS = Date.UTC(2026, 10, 17, 12)
const RANGE = { startMs: NOW_MS - 3_600_000, endMs: NOW_MS + 1 }

describe('the verticals of a chart', () => {
  it('are first records and marked changes of the model and of all, a deploy told once', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    const ctx = instance.context(NOW_MS)
    const mark = (kind: MarkerKind, title: string, model: string | null, version: string | null = null) =>
      addMarker(ctx, { kind, title, model, version, link: null, atMs: NOW_MS })
    await mark('deploy', 'v8 goes live', 'fraud', 'v8')
    await mark('data', 'new currency table', null)
    await mark('config', 'limits of churn', 'churn')
    const version = (name: string, firstRecordMs: number | null) => ({
      ...instance.version,
      name,
      firstRecordMs,
    })
    const versions = [version('v7', RANGE.startMs - 1), version('v8', NOW_MS - 5), version('v9', NOW_MS - 4)]
    const markers = await listChartMarkers(ctx, 'fraud', versions, RANGE)
    expect(markers.map(({ label }) => label)).toEqual(['v9', 'v8', 'new currency table'])
  })
})
