import { describe, expect, it } from 'vitest'
import type { Profile } from '@/lib/domain/profile'
import { testFolder } from '@/lib/profile/testing'
import { decodeSummary } from '@/lib/summary/codec'
import type { RowsSummary } from '@/lib/summary/rows'

const START_MS = Date.UTC(2026, 0, 1)

/** Rows whose columns all tell their number; the text never repeats, the flag lacks every fourth value. */
const row = (i: number, withTime: boolean) =>
  [
    ...(withTime ? [new Date(START_MS + i * 60_000).toISOString()] : []),
    i / 8,
    `word ${i} of a text that never repeats`,
    ['north', 'south', 'west'][i % 3],
    i % 4 === 0 ? '' : i % 2 === 0,
    i % 5,
  ].join()

async function profileOf(rows: number, withTime = true): Promise<Profile> {
  await using folder = await testFolder()
  const head = `${withTime ? 'timestamp,' : ''}amount,note,region,flag,prediction`
  const lines = Array.from({ length: rows }, (_, i) => row(i, withTime))
  return await folder.profile(await folder.write('file.csv', `${head}\n${lines.join('\n')}\n`))
}

function decoded(profile: Profile): RowsSummary {
  const summary = decodeSummary(Buffer.from(profile.sample?.encoded ?? '', 'base64'))
  if (summary.kind !== 'rows') throw new TypeError('no rows')
  return summary
}

/** The numbers of the first column. */
function firstNumbers(profile: Profile): number[] {
  const column = decoded(profile).columns[0]
  return column?.kind === 'numbers' ? [...column.values] : []
}

describe('the rows that a profile keeps', () => {
  it('are whole rows of the reference, drawn from all of it, with the values of its features and their times', async () => {
    const profile = await profileOf(6_000)
    const { sample } = profile
    expect(sample).toMatchObject({ rows: 1_000, columns: ['input:amount', 'input:region', 'input:flag'] })
    const [, region, flag] = decoded(profile).columns
    const picked = firstNumbers(profile).map((value) => value * 8)
    expect(region?.values).toEqual(picked.map((i) => ['north', 'south', 'west'][i % 3]))
    expect(flag?.values).toEqual(picked.map((i) => (i % 4 === 0 ? null : String(i % 2 === 0))))
    expect(sample?.instants).toEqual(picked.map((i) => START_MS + i * 60_000))
    expect(new Set(picked).size).toBe(1_000)
    // A fifth of the rows is a fifth of the sample, within four standard errors.
    for (let part = 0; part < 5; part++) {
      const inside = picked.filter((i) => i >= part * 1_200 && i < (part + 1) * 1_200).length
      expect(Math.abs(inside - 200)).toBeLessThan(51)
    }
  })

  it('are the same each time, and all of a small reference', async () => {
    const profile = await profileOf(300, false)
    expect(profile.sample).toMatchObject({ rows: 300, instants: null })
    expect((await profileOf(300, false)).sample).toEqual(profile.sample)
    expect(firstNumbers(profile).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i / 8))
  })

  it('are absent where no feature has numbers or categories', async () => {
    await using folder = await testFolder()
    const lines = Array.from(
      { length: 2_000 },
      (_, i) => `words ${i} of a text that never comes twice,${i % 2}`,
    )
    const file = await folder.write('file.csv', `note,prediction\n${lines.join('\n')}\n`)
    expect((await folder.profile(file)).sample).toBeUndefined()
  })
})
