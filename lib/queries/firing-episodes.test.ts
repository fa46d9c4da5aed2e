import { describe, expect, it } from 'vitest'
import type { Monitor } from '@/lib/domain/monitor'
import { DRIFT_MONITOR } from '@/lib/domain/testing'
import { HOUR_MS } from '@/lib/domain/time'
import { findEpisodes } from '@/lib/queries/firing-episodes'

function resultsOf(values: readonly number[]) {
  return values.map((value, hour) => ({
    versionId: 1,
    monitorId: 1,
    windowStartMs: hour * HOUR_MS,
    windowEndMs: (hour + 1) * HOUR_MS,
    verdict: 'drift' as const,
    value,
    limit: 0.8,
    n: 500,
    nReference: null,
    pValue: null,
    pCorrected: null,
    reason: '',
    historical: false,
    evaluatedMs: 0,
    detail: {},
  }))
}

describe('when a monitor would have fired', () => {
  it.each([
    ['the largest value where rising is bad', 'drift', 0.9],
    ['the lowest where falling is bad', 'accuracy', 0.5],
  ] as const)('is told with %s', (_, metric, peak) => {
    const monitor: Monitor = { ...DRIFT_MONITOR, id: 1, versionId: 1, profileId: 1, column: null, metric }
    expect(findEpisodes(monitor, resultsOf([0.6, 0.6, 0.9, 0.5]))).toMatchObject([{ onsetMs: 0, peak }])
  })
})
