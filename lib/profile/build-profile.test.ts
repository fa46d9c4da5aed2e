import { readdir } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { isAppError } from '@/lib/domain/errors'
import { CHUNK_QUALITY, type ColumnMapping, type ColumnProfile, type Profile } from '@/lib/domain/profile'
import { parseProfile } from '@/lib/profile/profile-schema'
import { testFolder } from '@/lib/profile/testing'
import { decodeSummary } from '@/lib/summary/codec'

async function profileOf(content: string | Uint8Array, mapping: ColumnMapping = {}): Promise<Profile> {
  await using folder = await testFolder()
  const profile = await folder.profile(await folder.write('file', content), mapping)
  expect(await readdir(path.join(folder.dir, 'tmp'))).toEqual([])
  return profile
}

async function reasonOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return isAppError(error) ? error.details.reason : error
}

function column(profile: Profile, name: string): ColumnProfile {
  const found = profile.columns.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`no column ${name}`)
  return found
}

const csv = (header: string, row: (i: number) => string, rows = 100) =>
  `${header}\n${Array.from({ length: rows }, (_, i) => row(i)).join('\n')}\n`

describe('the parts of columns', () => {
  it('take the instant of a payload table for its time, not the day beside it', async () => {
    const profile = await profileOf(
      csv('date,timestamp_ms,amount', (i) => `2026-11-21,${Date.UTC(2026, 10, 21) + i * 60_000},${i}`),
    )
    expect(column(profile, 'timestamp_ms').role).toBe('timestamp')
  })

  it('are recognised by the usual names', async () => {
    const profile = await profileOf(
      csv('id,ts,amount,y_pred_proba,y_pred,target,latency_ms', (i) =>
        [
          i,
          new Date(i * 3_600_000).toISOString(),
          i * 1.5,
          (i % 10) / 10,
          i % 10 > 4 ? 1 : 0,
          i % 2,
          20 + i,
        ].join(),
      ),
    )
    expect(profile).toMatchObject({ problem: 'binary', classes: ['0', '1'], positiveClass: '1' })
    expect(profile.columns.map(({ family, name, role }) => `${family}:${name} ${role}`)).toEqual([
      'input:id id',
      'input:ts timestamp',
      'input:amount feature',
      'output:score score',
      'output:prediction prediction',
      'output:label label',
      'software:latency_ms latency',
    ])
    expect(column(profile, 'score').sourceName).toBe('y_pred_proba')
    expect(profile.quality?.metrics).toHaveProperty('roc_auc')
  })

  it('follow the mapping, and what it does not name is ignored once it names features', async () => {
    const profile = await profileOf(
      csv('a,b,c,d', (i) => `${i * 0.5},${i % 7},${i * 2.5},${i}`),
      { features: ['a'], label: 'c', prediction: 'd', problem: 'regression' },
    )
    expect(profile.columns.map(({ role }) => role)).toEqual(['feature', 'ignored', 'label', 'prediction'])
    expect(profile.quality?.metrics).toHaveProperty('mae')
  })

  it.each<[ColumnMapping, string]>([
    [{ label: 'nope' }, 'names a column that is not there'],
    [{ label: 'a', prediction: 'a' }, 'gives one column two parts'],
    [{ timestamp: 'b' }, 'calls a text a time'],
    [{ score: 'b' }, 'calls a text a score'],
    [{ label: 'b', problem: 'regression' as const }, 'asks for a regression on text'],
  ])('are refused when the mapping %j %s', async (mapping) => {
    const file = csv('a,b', (i) => `${i * 0.5},t${i % 3}`)
    expect(await reasonOf(profileOf(file, mapping))).toBe('invalid_mapping')
  })

  it('keep class names of yes and no, while a feature of yes and no is boolean', async () => {
    const yesNo = (i: number) => (i % 3 ? 'yes' : 'no')
    const profile = await profileOf(
      csv('x,prediction,label', (i) => `${yesNo(i)},${yesNo(i + 1)},${yesNo(i)}`),
    )
    expect(profile).toMatchObject({ classes: ['no', 'yes'], positiveClass: 'yes' })
    expect(column(profile, 'x').categories?.map(({ label }) => label)).toEqual(['true', 'false'])
    expect(column(profile, 'prediction').categories?.map(({ label }) => label)).toEqual(['yes', 'no'])
  })

  it('set scores by class aside', async () => {
    const profile = await profileOf(csv('p_a,p_b,p_c,pred', (i) => `0.${i},0.2,0.3,${'abc'[i % 3]}`))
    expect(profile.problem).toBe('multiclass')
    expect(profile.columns.slice(0, 3).map(({ role }) => role)).toEqual(['ignored', 'ignored', 'ignored'])
  })
})

describe('what a person should look at', () => {
  it('names constant and empty columns, identifiers, times, comma numbers, missing words and infinities', async () => {
    const { warnings } = await profileOf(
      csv('same;empty;code;at;comma;words;inf', (i) =>
        [
          '1.5',
          '',
          `u${i}`,
          `2026-01-${String((i % 28) + 1).padStart(2, '0')}`,
          `${i},5`,
          i ? 'x' : 'NA',
          i ? i / 2 : 'inf',
        ].join(';'),
      ),
      { features: ['same', 'empty', 'code', 'at', 'comma', 'words', 'inf'] },
    )
    const text = warnings.join('\n')
    for (const part of [
      '"same" is constant',
      '"empty" has no values',
      '"code" looks like an identifier',
      '"at" holds times',
      '"comma" was read as text',
      '"words" has 1 word ',
      '"inf" has 1 infinite',
    ])
      expect(text).toContain(part)
  })

  it('suspects a feature that gives the label away', async () => {
    const { warnings } = await profileOf(
      csv('leak,fair,label', (i) => `${(i % 2) * 10 + i / 1000},${(i * 7919) % 101},${i % 2}`, 400),
    )
    expect(warnings.some((warning) => warning.startsWith('"leak" alone tells'))).toBe(true)
    expect(warnings.some((warning) => warning.startsWith('"fair"'))).toBe(false)
  })
})

describe('a reference that cannot be used', () => {
  it.each([1, 29])('has %d rows', async (rows) => {
    expect(await reasonOf(profileOf(csv('a,b', (i) => `${i},${i}`, rows)))).toBe('too_few_rows')
  })
})

describe('a column that turns into text after thousands of numbers', () => {
  it('is read again as text, with counts as if it always had been', async () => {
    const profile = await profileOf(csv('a,b', (i) => `${i === 4_000 ? 'x y' : i % 3_000},1`, 5_000))
    expect(column(profile, 'a')).toMatchObject({ type: 'string', grid: null, rows: 5_000, missing: 0 })
    expect(Math.abs(column(profile, 'a').distinct / 3_001 - 1)).toBeLessThan(0.03)
  })
})

describe('chunks of the reference', () => {
  it('cover its time, add up to its rows and hold the quality of each', async () => {
    const profile = await profileOf(
      csv(
        'ts,x,pred,label',
        (i) => `${new Date(i * 7_200_000).toISOString()},${i % 50},${i % 2},${i % 3 ? 1 : 0}`,
        500,
      ),
    )
    expect(profile.chunks.reduce((sum, { rows }) => sum + rows, 0)).toBe(500)
    let labels = 0
    for (const { summaries } of profile.chunks) {
      expect(Object.keys(summaries).sort()).toEqual(['input:x', 'output:prediction', CHUNK_QUALITY].sort())
      const quality = decodeSummary(Buffer.from(summaries[CHUNK_QUALITY] ?? '', 'base64'))
      if (quality.kind === 'quality') labels += quality.n
    }
    expect(labels).toBe(500)
  })
})

describe('laws of profiles', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -5, max: 5 }),
    fc.constantFrom(0, -0, 1e308, -1e308, 5e-324),
  )
  const cell = fc.oneof({ weight: 8, arbitrary: number }, { weight: 1, arbitrary: fc.constant(null) })
  const lines = (rows: readonly (number | string | null)[]) =>
    rows.map((x) => JSON.stringify({ x, k: 1 })).join('\n')

  it('every row is present or missing, every present number is in one cell, and the stored form is read back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 30, maxLength: 200 }), async (rows) => {
        const profile = await profileOf(lines(rows))
        const x = column(profile, 'x')
        const present = rows.filter((value) => value !== null).length
        expect([x.rows, x.missing]).toEqual([rows.length, rows.length - present])
        if (x.grid) expect(x.grid.counts.reduce((a, b) => a + b, 0)).toBe(present)
        if (x.categories)
          expect(x.categories.reduce((sum, { count }) => sum + count, 0) + x.otherCount).toBe(present)
        expect(parseProfile(JSON.parse(JSON.stringify(profile)))).toEqual(JSON.parse(JSON.stringify(profile)))
      }),
      { numRuns: 40 },
    )
  })

  it('the order of rows does not matter for the grid, and CSV, JSON Lines and Parquet say the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 60, maxLength: 300 }),
        async (values) => {
          const rows = values.map((value) => value + 0.123)
          const sorted = [...rows].sort((a, b) => a - b)
          const parquet = new Uint8Array(
            parquetWriteBuffer({ columnData: [{ name: 'x', data: rows, type: 'DOUBLE' }] }),
          )
          const grids = await Promise.all(
            [lines(rows), lines(sorted), csv('x,k', (i) => `${rows[i]},1`, rows.length), parquet].map(
              async (file) => column(await profileOf(file), 'x').grid,
            ),
          )
          for (const grid of grids) {
            expect(grid?.edges).toEqual(grids[0]?.edges)
            expect(grid?.counts).toEqual(grids[0]?.counts)
          }
        },
      ),
      { numRuns: 15 },
    )
  })
})
