import { describe, expect, it } from 'vitest'
import type { Verdict } from '@/lib/domain/evaluation'
import { sayColumn } from '@/lib/queries/say-column'

const row = (metric: string, verdict: Verdict) => ({ metric, verdict, reason: `${metric} is ${verdict}.` })

describe('the sentence beside a drift', () => {
  it.each<[string, ReturnType<typeof row>[], Verdict | null, string]>([
    [
      'is about that drift when all is well, whatever is listed first',
      [row('missing_share', 'ok'), row('drift', 'ok')],
      'ok',
      'drift is ok.',
    ],
    [
      'is about that drift when another monitor is as bad',
      [row('missing_share', 'drift'), row('drift', 'drift')],
      'drift',
      'drift is drift.',
    ],
    [
      'names what is worse first, and the drift by its name',
      [row('drift', 'ok'), row('missing_share', 'severe')],
      'severe',
      'missing_share is severe. Drift: drift is ok.',
    ],
    [
      'is about what there is where a column has no drift',
      [row('missing_share', 'ok'), row('mean_length', 'drift')],
      'drift',
      'mean_length is drift.',
    ],
    ['says that nothing was compared', [], null, 'Not compared yet.'],
  ])('%s', (_name, rows, verdict, sentence) => {
    expect(sayColumn(rows, 'drift')).toEqual({ verdict, sentence })
  })
})
