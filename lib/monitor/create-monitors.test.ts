import { describe, expect, it } from 'vitest'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { measureOf } from '@/lib/monitor/measures'
import { columnProfile, storedProfile, version } from '@/lib/monitor/testing'
import { getDriftMethod } from '@/lib/stats/methods'

const numbers = Array.from({ length: 100 }, (_, i) => i)
const words = Array.from({ length: 100 }, (_, i) => (i % 2 ? 'a' : 'b'))
const names = (monitors: ReturnType<typeof createMonitors>) =>
  monitors.map(({ metric, column }) => (column ? `${metric} ${column.name}` : metric))

describe('createMonitors', () => {
  it('watches every family of a full profile', () => {
    const stored = storedProfile(
      [
        columnProfile('age', numbers, { expectations: [{ kind: 'range', min: 0, max: 120 }] }),
        columnProfile('region', words),
        columnProfile('comment', words, { kind: 'text', categories: null }),
        columnProfile('user', words, { kind: 'identifier', categories: null }),
        columnProfile('skipped', numbers, { role: 'ignored' }),
        columnProfile('label', words, { role: 'label' }),
        columnProfile('prediction', words, { family: 'output', role: 'prediction' }),
        columnProfile('score', numbers, { family: 'output', role: 'score' }),
      ],
      { quality: { n: 100, metrics: { accuracy: 0.9, f1: 0.8, roc_auc: null } } },
    )
    expect(names(createMonitors(version, stored))).toEqual([
      'volume',
      'throughput',
      'latency_p50',
      'latency_p95',
      'latency_p99',
      'error_share',
      'memory_mean',
      'load_mean',
      'null_share',
      'label_coverage',
      'click_share',
      'redo_share',
      'switch_mode_share',
      'accuracy',
      'f1',
      'drift age',
      'missing_share age',
      'type_changed_share age',
      'out_of_range_share age',
      'drift region',
      'missing_share region',
      'unseen_share region',
      'missing_share comment',
      'mean_length comment',
      'missing_share user',
      'output_drift prediction',
      'class_share prediction',
      'output_drift score',
    ])
  })

  it('makes only monitors that can be judged, and names the cause of each', () => {
    const stored = storedProfile([columnProfile('age', numbers), columnProfile('region', words)])
    for (const monitor of createMonitors(version, stored)) {
      expect(() => measureOf(monitor.metric)).not.toThrow()
      if (monitor.method !== null) expect(() => getDriftMethod(monitor.method ?? '')).not.toThrow()
      expect(monitor).toMatchObject({ versionId: version.id, profileId: stored.id, enabled: true })
    }
    const causes = new Map(createMonitors(version, stored).map(({ metric, cause }) => [metric, cause]))
    expect(Object.fromEntries(causes)).toMatchObject({
      volume: 'no_data',
      type_changed_share: 'schema',
      missing_share: 'data_quality',
      drift: 'input_drift',
      latency_p95: 'software',
    })
  })

  it('does not look for new categories where the list of known ones was cut', () => {
    const cut = columnProfile('city', words, { otherCount: 5 })
    expect(names(createMonitors(version, storedProfile([cut])))).not.toContain('unseen_share city')
  })
})
