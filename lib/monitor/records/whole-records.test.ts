import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '@/lib/domain/time'
import { profileWithRows, rowsOfTable, type Table } from '@/lib/monitor/records/testing'
import { judge } from '@/lib/monitor/testing'
import { createMulberry32 } from '@/lib/stats/mulberry32'

interface Plan {
  readonly n: number
  readonly seed: number
  /** Correlation of income, age and debt. */
  readonly together?: number
  readonly shift?: number
  readonly spread?: number
}

/** Three columns that go together, two that do not, and a region. */
function draw({ n, seed, together = 0.8, shift = 0, spread = 1 }: Plan): Table {
  const random = createMulberry32(seed)
  const columns: Record<string, (number | string)[]> = {
    income: [],
    age: [],
    debt: [],
    size: [],
    rate: [],
    region: [],
  }
  for (let i = 0; i < n; i++) {
    const common = random.normal()
    const own = () => Math.sqrt(together) * common + Math.sqrt(1 - together) * random.normal()
    columns.income?.push(50 + 10 * spread * (own() + shift))
    columns.age?.push(40 + 8 * (own() + shift))
    columns.debt?.push(1_000 + 300 * own())
    columns.size?.push(random.normal())
    columns.rate?.push(Math.exp(random.normal()))
    columns.region?.push(['north', 'south', 'south', 'west'][random.below(4)] ?? 'north')
  }
  return columns
}

const reference = profileWithRows(draw({ n: 5_000, seed: 1 }))

function judged(plan: Plan, profile = reference) {
  const table = draw(plan)
  return judge(profile, { columns: table, rows: rowsOfTable(profile.profile, table), withDetail: false })
}

describe('whole records', () => {
  it('are judged by two monitors of one cause where the profile has rows, and by none where it has not', () => {
    const results = judged({ n: 1_000, seed: 2 })
    expect(results.get('domain_auc')).toMatchObject({ verdict: 'ok', limit: 0.65, n: 500, nReference: 500 })
    expect(results.get('reconstruction_error')).toMatchObject({ verdict: 'ok', n: 1_000, nReference: 1_000 })
    const without = judge({ ...reference, profile: { ...reference.profile, sample: undefined } }, {})
    expect([...without.keys()].filter((key) => /domain|reconstruction/.test(key))).toEqual([])
  })

  it.each([60, 200, 1_000])('are not told apart by %d categories that are as frequent as ever', (levels) => {
    const drawn = (n: number, seed: number): Table => {
      const random = createMulberry32(seed)
      const table: Record<string, (number | string)[]> = { size: [], who: [] }
      for (let i = 0; i < n; i++) {
        table.size?.push(random.normal())
        table.who?.push(`p${random.below(levels)}`)
      }
      return table
    }
    const profile = profileWithRows(drawn(6_000, levels))
    for (const seed of [1, 2, 3]) {
      const table = drawn(2_000, levels + seed)
      const result = judge(profile, {
        columns: table,
        rows: rowsOfTable(profile.profile, table),
        withDetail: false,
      }).get('domain_auc')
      expect(result?.verdict).toBe('ok')
      expect(result?.value).toBeLessThan(0.58)
    }
  })

  it('that no longer go together are seen although every column is as it was', () => {
    const results = judged({ n: 2_000, seed: 3, together: 0 })
    const error = results.get('reconstruction_error')
    expect(error?.verdict).toBe('severe')
    expect(error?.reason).toMatch(
      /^The inputs no longer go together as in the reference, mostly (income|age|debt)/,
    )
    const breached = [...results].filter(([, { verdict }]) => verdict === 'drift' || verdict === 'severe')
    expect(breached.map(([key]) => key)).toEqual(['reconstruction_error'])
  })

  it('that go together more closely are seen too', () => {
    const error = judged({ n: 2_000, seed: 4, together: 0.98 }).get('reconstruction_error')
    expect(error?.reason).toContain('go together more closely')
    expect(error?.limit).toBeGreaterThan(error?.value ?? 0)
  })

  it('that moved are told apart by a classifier, which names the columns', () => {
    const auc = judged({ n: 1_000, seed: 5, shift: 1.2 }).get('domain_auc')
    expect(auc?.verdict).toBe('severe')
    expect(auc?.reason).toMatch(
      /^Records look different as a whole: a classifier tells them from the reference, mostly by (income and age|age and income) \(AUC 0\.\d\d\d, limit 0\.650, a sample of 500 records\)\.$/,
    )
    const { contributions } = (auc?.detail ?? { contributions: [] }) as {
      contributions: { name: string; share: number }[]
    }
    expect(contributions.length).toBeLessThanOrEqual(5)
    expect(
      contributions
        .slice(0, 2)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['age', 'income'])
  })

  it('of two columns that have nothing to do with each other leave nothing over but rounding, and no alarm', () => {
    const twoColumns = (plan: Plan): Table => {
      const { size = [], rate = [] } = draw(plan)
      return { size, rate }
    }
    const profile = profileWithRows(twoColumns({ n: 5_000, seed: 1 }))
    for (const shift of [0, 7]) {
      const { size = [], ...others } = twoColumns({ n: 600, seed: 2 })
      const table = { size: size.map((value) => Number(value) + shift), ...others }
      const results = judge(profile, {
        columns: table,
        rows: rowsOfTable(profile.profile, table),
        withDetail: false,
      })
      expect(results.get('reconstruction_error')?.verdict).toBe('not_enough_data')
    }
  })

  it('are too few to tell below fifty', () => {
    const results = judged({ n: 49, seed: 6, shift: 3 })
    for (const metric of ['domain_auc', 'reconstruction_error']) {
      expect(results.get(metric)).toMatchObject({ verdict: 'not_enough_data', detail: { neededN: 50 } })
    }
  })

  it('are compared without the columns that are broken in a way that has a name', () => {
    const table = { ...draw({ n: 1_000, seed: 7 }) }
    const broken = { ...table, income: table.income?.map((value) => Number(value) * 1_000) ?? [] }
    const results = judge(reference, { columns: broken, rows: rowsOfTable(reference.profile, broken) })
    expect(results.get('drift income')?.verdict).toBe('severe')
    expect(results.get('domain_auc')?.verdict).toBe('ok')
    expect(results.get('reconstruction_error')?.verdict).toBe('ok')
  })

  it('raise no alarm in 200 windows like the reference, whatever their size', () => {
    const alarms: string[] = []
    for (let window = 0; window < 200; window++) {
      const n = [60, 120, 300, 1_000][window % 4] ?? 60
      for (const [key, { verdict, value }] of judged({ n, seed: 1_000 + window })) {
        if (!/domain|reconstruction/.test(key)) continue
        if (verdict === 'drift' || verdict === 'severe') alarms.push(`${window} ${n} ${key} ${value}`)
      }
    }
    expect(alarms).toEqual([])
  })

  it('of one hour of the day are nothing new to a reference that has such hours', () => {
    const seasonal = (rows: number, seed: number, hourOf: (row: number) => number): Table => {
      const table = draw({ n: rows, seed })
      const move = (values: Table[string] | undefined, by: number) =>
        (values ?? []).map((value, row) => Number(value) + by * Math.sin((hourOf(row) / 24) * 2 * Math.PI))
      return { ...table, income: move(table.income, 8), size: move(table.size, 0.8) }
    }
    const instants = Array.from({ length: 6_000 }, (_, row) => Date.UTC(2026, 0, 1) + row * 0.1 * HOUR_MS)
    const profile = profileWithRows(
      seasonal(6_000, 8, (row) => Math.floor(row * 0.1) % 24),
      instants,
    )
    const night = seasonal(1_000, 9, () => 18)
    const judgeIt = (of: typeof profile) =>
      judge(of, { columns: night, rows: rowsOfTable(of.profile, night) }).get('domain_auc')
    expect(judgeIt(profile)?.verdict).toBe('ok')
    // Without times the reference cannot know.
    const sample = profile.profile.sample && { ...profile.profile.sample, instants: null }
    expect(judgeIt({ ...profile, profile: { ...profile.profile, sample } })?.verdict).toBe('severe')
  })
})
