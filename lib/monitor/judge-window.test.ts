import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '@/lib/domain/time'
import {
  columnProfile,
  draw,
  judge,
  momentsOf,
  normals,
  storedProfile,
  summaryOf,
  trafficSummary,
} from '@/lib/monitor/testing'
import { encodeSummary } from '@/lib/summary/codec'
import { emptyQuality } from '@/lib/summary/merge-quality'

const income = columnProfile('Income', normals(10_000, 50, 10, 1), {
  expectations: [{ kind: 'range', min: 0, max: 100 }],
})
const region = columnProfile(
  'Region',
  draw(10_000, (random) => 'north south east west'.split(' ')[random.below(4)] ?? 'north', 2),
)
const profile = storedProfile([income, region])
const regions = (n: number, seed: number) =>
  draw(n, (random) => 'north south east west'.split(' ')[random.below(4)] ?? 'north', seed)

describe('drift of a numeric column', () => {
  it('is found with its size, direction and evidence in one sentence', () => {
    const drift = judge(profile, { columns: { Income: normals(1_024, 46, 10, 3) } }).get('drift Income')
    expect(drift?.verdict).toBe('drift')
    expect(drift?.reason).toMatch(
      /^Income is 0\.[34]\d σ lower than in the reference \(KS 0\.\d\d\d, limit 0\.100, 1,024 records\)\.$/,
    )
    expect(drift?.pCorrected).toBeLessThan(1e-3)
    expect(drift?.detail.shiftSigma).toBeCloseTo(-0.4, 1)
    const [lower, upper] = drift?.detail.interval ?? [0, 0]
    expect(lower).toBeGreaterThan(0.1)
    expect(upper - lower).toBeLessThan(0.01)
  })

  it('keeps a histogram with true edges and shares that add up to one', () => {
    const drift = judge(profile, { columns: { Income: normals(1_024, 46, 10, 3) } }).get('drift Income')
    const bins = drift?.detail.bins
    expect(bins?.edges?.length).toBe((bins?.reference.length ?? 0) + 1)
    expect(bins?.reference.length).toBeLessThanOrEqual(40)
    for (const side of [bins?.reference, bins?.current]) {
      expect(side?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 3)
    }
    const edges = (bins?.edges ?? []).filter((edge) => edge !== null)
    expect([...edges].sort((a, b) => a - b)).toEqual(edges)
  })

  it('comes to the same verdict without the detail that only pages show', () => {
    const columns = { Income: normals(1_024, 46, 10, 3), Region: regions(1_024, 5) }
    const bare = judge(profile, { columns, withDetail: false })
    for (const [name, whole] of judge(profile, { columns })) {
      const { detail, ...verdict } = bare.get(name) ?? whole
      const { detail: wholeDetail, ...wholeVerdict } = whole
      expect(verdict).toEqual(wholeVerdict)
      expect(wholeDetail).toMatchObject(detail)
    }
    expect(bare.get('drift Income')?.detail.bins).toBeUndefined()
  })

  it('is severe when the distributions hardly overlap', () => {
    const drift = judge(profile, { columns: { Income: normals(1_000, 90, 10, 4) } }).get('drift Income')
    expect(drift?.verdict).toBe('severe')
  })

  it('stays quiet over 300 windows of unchanged data', () => {
    const verdicts = new Set<string>()
    for (let seed = 0; seed < 300; seed++) {
      const judged = judge(profile, {
        columns: { Income: normals(800, 50, 10, 100 + seed), Region: regions(2_000, 900 + seed) },
      })
      verdicts.add(judged.get('drift Income')?.verdict ?? 'absent')
      verdicts.add(judged.get('drift Region')?.verdict ?? 'absent')
    }
    expect([...verdicts]).toEqual(['ok'])
  })

  it('says how many records it needs instead of calling a small window fine', () => {
    const drift = judge(profile, { columns: { Income: normals(120, 50, 10, 5) } }).get('drift Income')
    expect(drift?.verdict).toBe('not_enough_data')
    expect(drift?.detail.neededN).toBeGreaterThan(400)
    expect(drift?.reason).toMatch(/^Too little data to tell: 120 of \d+ records needed/)
  })

  it('still finds a large shift in a small window', () => {
    const drift = judge(profile, { columns: { Income: normals(60, 75, 10, 6) } }).get('drift Income')
    expect(drift?.verdict).toBe('severe')
  })

  it('knows that a reference that swings by itself allows more', () => {
    const seasons = [0, 1, 2, 3].map((k) => normals(2_500, 40 + 7 * k, 6, 20 + k))
    const swinging = columnProfile('Income', seasons.flat())
    const chunks = seasons.map((values, k) => ({
      startMs: k * HOUR_MS,
      endMs: (k + 1) * HOUR_MS,
      rows: values.length,
      summaries: {
        'input:Income': Buffer.from(encodeSummary(summaryOf(swinging, values))).toString('base64'),
      },
    }))
    const window = { columns: { Income: normals(1_000, 47, 6, 30) } }
    const steady = judge(storedProfile([swinging]), window).get('drift Income')
    const swung = judge(storedProfile([swinging], { chunks }), window).get('drift Income')
    expect(steady?.verdict).toBe('severe')
    expect(swung?.verdict).toBe('ok')
    expect(swung?.detail.referenceVariation).toBeGreaterThan(0.2)
  })
})

describe('drift of categories', () => {
  it('names the category that moved most', () => {
    const shifted = draw(
      2_000,
      (random) => (random.uniform() < 0.3 ? 'west' : (regions(1, random.u32())[0] ?? '')),
      7,
    )
    const drift = judge(profile, { columns: { Region: shifted } }).get('drift Region')
    expect(drift?.verdict).toBe('severe')
    expect(drift?.reason).toMatch(
      /^Region is "west" in 4\d % of records, 25 % in the reference \(total variation 0\.2\d/,
    )
  })

  it('finds a new category by name', () => {
    const judged = judge(profile, {
      columns: { Region: [...regions(900, 8), ...Array.from({ length: 100 }, () => 'overseas')] },
    })
    const unseen = judged.get('unseen_share Region')
    expect(unseen?.verdict).toBe('drift')
    expect(unseen?.value).toBeCloseTo(0.1)
    expect(unseen?.detail.findings?.[0]?.sentence).toBe(
      '10 % of the values of Region are categories that the reference has never seen: "overseas".',
    )
    expect(judged.get('drift Region')?.detail.findings?.map(({ kind }) => kind)).toEqual(['unseen_category'])
  })
})

describe('named findings', () => {
  it('explain a drift before the statistic does: a unit that changed', () => {
    const cents = normals(1_000, 50, 10, 9).map((value) => value * 100)
    const drift = judge(profile, { columns: { Income: cents } }).get('drift Income')
    expect(drift?.verdict).toBe('severe')
    expect(drift?.reason).toMatch(
      /^100 % of the values of Income lie outside the expected range\. Values of Income are 100 times larger than in the reference: its unit seems to have changed\. Income is/,
    )
  })

  it('tell degrees Fahrenheit from Celsius', () => {
    const celsius = columnProfile('Temperature', normals(5_000, 20, 5, 10))
    const fahrenheit = normals(500, 20, 5, 11).map((value) => value * 1.8 + 32)
    const judged = judge(storedProfile([celsius]), { columns: { Temperature: fahrenheit } })
    expect(judged.get('drift Temperature')?.detail.findings?.map(({ kind }) => kind)).toEqual(['unit_change'])
  })

  it('count missing values', () => {
    const half = normals(1_000, 50, 10, 12).map((value, i) => (i % 2 ? null : value))
    const judged = judge(profile, { columns: { Income: half } })
    expect(judged.get('missing_share Income')).toMatchObject({ verdict: 'severe', value: 0.5 })
    expect(judged.get('missing_share Income')?.reason).toContain('50 % of the values of Income are missing')
    expect(judged.get('drift Income')?.verdict).toBe('ok')
  })

  it('know all missing, another type, and a constant', () => {
    const nothing = judge(profile, { columns: { Income: Array.from({ length: 50 }, () => null) } })
    expect(nothing.get('drift Income')?.verdict).toBe('all_missing')
    const text = judge(profile, { columns: { Income: Array.from({ length: 50 }, () => 'n/a!') } })
    expect(text.get('drift Income')?.verdict).toBe('type_changed')
    expect(text.get('type_changed_share Income')?.verdict).toBe('severe')
    const same = judge(profile, { columns: { Income: Array.from({ length: 500 }, () => 50) } })
    expect(same.get('drift Income')?.detail.findings?.map(({ kind }) => kind)).toContain('constant')
    const still = columnProfile(
      'Flag',
      Array.from({ length: 900 }, () => 1),
    )
    expect(
      judge(storedProfile([still]), { columns: { Flag: Array.from({ length: 90 }, () => 1) } }).get(
        'drift Flag',
      )?.verdict,
    ).toBe('constant')
  })
})

describe('absence and failure', () => {
  it('calls an empty window no data, for every monitor that would need it', () => {
    const judged = judge(profile, { traffic: null })
    expect(judged.get('volume')).toMatchObject({ verdict: 'no_data', value: 0 })
    expect(judged.get('drift Income')?.verdict).toBe('no_data')
    expect(judged.has('latency_p95')).toBe(false)
  })

  it('keeps the failure of one monitor to itself', () => {
    const wrong = summaryOf(region, ['north'])
    const judged = judge(profile, {
      columns: { Region: regions(2_000, 13) },
      summaries: new Map([['input:Income', wrong]]),
    })
    expect(judged.get('drift Income')?.verdict).toBe('error')
    expect(judged.get('drift Income')?.value).toBeNull()
    expect(judged.get('drift Region')?.verdict).toBe('ok')
  })

  it('never answers with a number that is not finite', () => {
    const extreme = [1e308, -1e308, 5e-324, 0, -0, 1e-300]
    const judged = judge(profile, {
      columns: { Income: Array.from({ length: 600 }, (_, i) => extreme[i % 6] ?? 0) },
    })
    for (const evaluation of judged.values()) {
      for (const number of [evaluation.value, evaluation.limit, evaluation.pValue, evaluation.pCorrected]) {
        if (number !== null) expect(Number.isFinite(number)).toBe(true)
      }
      expect(
        Object.values(evaluation.detail).some((fact) => typeof fact === 'number' && !Number.isFinite(fact)),
      ).toBe(false)
    }
  })

  it('leaves disabled monitors out', () => {
    const judged = judge(profile, {
      columns: { Income: normals(1_000, 90, 10, 14) },
      change: (monitor) => ({ ...monitor, enabled: monitor.metric !== 'drift' }),
    })
    expect(judged.has('drift Income')).toBe(false)
  })
})

describe('software metrics', () => {
  const latencies = (n: number, mean: number, seed: number) => normals(n, mean, mean / 10, seed)
  const usual = Array.from({ length: 24 }, (_, k) => 100 + (k % 5))

  it('wait for enough earlier windows', () => {
    const traffic = trafficSummary(1_000, { latencies: latencies(1_000, 100, 15) })
    const early = judge(profile, { traffic, trailing: new Map([['latency_p95', usual.slice(0, 5)]]) })
    expect(early.get('latency_p95')).toMatchObject({ verdict: 'not_enough_data' })
    expect(early.get('latency_p95')?.reason).toBe(
      'There are 5 of 6 earlier windows needed to know the usual 95th percentile latency; from 2026-11-16 01:00 UTC on there will be enough.',
    )
  })

  it('find a latency that doubled and leave a small rise alone', () => {
    const trailing = new Map([['latency_p95', usual]])
    const doubled = judge(profile, {
      traffic: trafficSummary(1_000, { latencies: latencies(1_000, 180, 16) }),
      trailing,
    })
    expect(doubled.get('latency_p95')?.verdict).toBe('drift')
    expect(doubled.get('latency_p95')?.reason).toMatch(
      /^95th percentile latency is 2\d\d ms; usual is 102 ms/,
    )
    const slight = judge(profile, {
      traffic: trafficSummary(1_000, { latencies: latencies(1_000, 105, 17) }),
      trailing,
    })
    expect(slight.get('latency_p95')?.verdict).toBe('ok')
  })

  it('find failed calls by their share and a drop of throughput by its level', () => {
    const trailing = new Map([
      ['error_share', usual.map(() => 0.01)],
      ['throughput', usual.map((value) => value / 360)],
    ])
    const judged = judge(profile, { traffic: trafficSummary(100, { errors: 20 }), trailing })
    expect(judged.get('error_share')?.verdict).toBe('severe')
    expect(judged.get('throughput')?.verdict).toBe('severe')
    const calm = judge(profile, { traffic: trafficSummary(1_020, { errors: 12 }), trailing })
    expect(calm.get('error_share')?.verdict).toBe('ok')
    expect(calm.get('throughput')?.verdict).toBe('ok')
  })
})

describe('realised quality', () => {
  const quality = (right: number, wrong: number) => ({
    ...emptyQuality(),
    n: right + wrong,
    confusion: new Map([
      [
        '1',
        new Map([
          ['1', right / 2],
          ['0', wrong / 2],
        ]),
      ],
      [
        '0',
        new Map([
          ['0', right / 2],
          ['1', wrong / 2],
        ]),
      ],
    ]),
  })
  const withQuality = storedProfile([income], {
    quality: { n: 10_000, metrics: { accuracy: 0.9, f1: 0.9, roc_auc: null } },
  })
  const columns = { Income: normals(1_000, 50, 10, 18) }

  it('falls when labels say so, with its sampling error', () => {
    const judged = judge(withQuality, { columns, quality: quality(800, 200) })
    expect(judged.get('accuracy')).toMatchObject({ verdict: 'drift', value: 0.8 })
    expect(judged.get('accuracy')?.reason).toMatch(/^accuracy is 80 %, 90 % in the reference/i)
    expect(judged.get('f1')?.verdict).toBe('drift')
    expect(judged.has('roc_auc')).toBe(false)
  })

  it('stays fine within it and waits for labels', () => {
    expect(judge(withQuality, { columns, quality: quality(1_790, 210) }).get('accuracy')?.verdict).toBe('ok')
    expect(judge(withQuality, { columns }).get('accuracy')).toMatchObject({
      verdict: 'not_enough_data',
      n: 0,
    })
    expect(judge(withQuality, { columns, quality: quality(18, 2) }).get('accuracy')?.verdict).toBe(
      'not_enough_data',
    )
  })
})

describe('text', () => {
  it('is judged by its mean length', () => {
    const words = (n: number, length: number, seed: number) =>
      draw(n, (random) => 'x'.repeat(Math.max(1, Math.round(length + 5 * random.normal()))), seed)
    const question = columnProfile('Question', words(5_000, 60, 19), { kind: 'text', categories: null })
    const judged = judge(storedProfile([question]), { columns: { Question: words(500, 52, 20) } })
    expect(judged.get('mean_length Question')?.verdict).toBe('severe')
    expect(judged.has('drift Question')).toBe(false)
    expect(momentsOf([1, 2, 3]).mean).toBe(2)
  })
})
