import { describe, expect, it } from 'vitest'
import type { StoredProfile } from '@/lib/domain/profile'
import { columnProfile, judge, normals, storedProfile } from '@/lib/monitor/testing'
import { ksCritical } from '@/lib/stats/inference/power'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { nullLimit } from '@/lib/stats/null-table/null-table'

const ROWS = 5_000

/** Ratings from 1 to 5, of which just this share is 1. */
const ratings = (rows: number, low: number) =>
  Array.from({ length: rows }, (_, row) => (row < low * rows ? 1 : 2 + (row % 4)))

function withoutTables(stored: StoredProfile): StoredProfile {
  const columns = stored.profile.columns.map(({ nullTable: _, ...column }) => column)
  return { ...stored, profile: { ...stored.profile, columns } }
}

const stars = columnProfile('Stars', ratings(ROWS, 0.3))
const income = columnProfile('Income', normals(ROWS, 50, 10, 2))
const profile = storedProfile([stars, income])
const window = { Stars: ratings(150, 0.3), Income: normals(150, 50, 10, 4) }

describe('the limit of a column with few values', () => {
  const { nullTable } = stars
  const judged = judge(profile, { columns: window })
  const before = judge(withoutTables(profile), { columns: window })

  it('comes from the null table of the profile, and the evaluation says so', () => {
    const { limit, detail } = judged.get('drift Stars') ?? {}
    expect(detail?.basis?.limit).toBe('null_table')
    const level = 1 / 336 / 4
    const drawn = nullLimit(nullTable ?? null, 'ks', { n: ROWS, m: 150, alpha: level })
    expect(limit).toBeCloseTo(drawn ?? 0, 12)
    expect(limit).toBeLessThan(ksCritical(ROWS, 150, level))
  })

  it('comes from the closed form where a column has none, the profile is older, or the window is small', () => {
    expect(income.nullTable).toBeUndefined()
    expect(judged.get('drift Income')?.detail.basis?.limit).toBeUndefined()
    expect(judged.get('drift Income')?.limit).toBe(before.get('drift Income')?.limit)
    const small = judge(profile, { columns: { Stars: ratings(40, 0.3) } })
    expect(small.get('drift Stars')?.detail.basis?.limit).toBeUndefined()
  })

  it('is not used by a profile that was made before there were tables, whose evaluations stay as they were', () => {
    const old = before.get('drift Stars')
    expect(old?.detail.basis?.limit).toBeUndefined()
    expect(old?.limit).toBeCloseTo(ksCritical(ROWS, 150, 1 / 336 / 4), 12)
  })

  it('sees a change that the closed form takes for chance', () => {
    const moved = { Stars: ratings(150, 0.455), Income: window.Income }
    expect(judge(profile, { columns: moved }).get('drift Stars')?.verdict).toBe('drift')
    expect(judge(withoutTables(profile), { columns: moved }).get('drift Stars')?.verdict).not.toBe('drift')
  })

  it('is drawn for other methods where their closed form is not exact', () => {
    const random = createMulberry32(8)
    const amount = columnProfile(
      'Amount',
      Array.from({ length: ROWS }, () => Math.exp(2 * random.normal())),
    )
    expect(Object.keys(amount.nullTable?.methods ?? {}).sort()).toEqual(['energy', 'wasserstein'])
    const values = Array.from({ length: 400 }, () => Math.exp(2 * random.normal()))
    const wasserstein = judge(storedProfile([amount]), {
      columns: { Amount: values },
      change: (monitor) =>
        monitor.metric === 'drift' ? { ...monitor, method: 'wasserstein', effectFloor: 0.01 } : monitor,
    }).get('drift Amount')
    expect(wasserstein?.detail.basis).toMatchObject({ method: 'wasserstein', limit: 'null_table' })
  })
})
