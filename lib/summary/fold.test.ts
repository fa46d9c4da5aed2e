import { describe, expect, it } from 'vitest'
import type { Profile } from '@/lib/domain/profile'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import type { RecordTable, TableColumn } from '@/lib/domain/record-table'
import { BLANK_PROFILE } from '@/lib/domain/testing'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { decodeSummary, encodeSummary, mergeEncoded } from '@/lib/summary/codec'
import { createVersionFolder } from '@/lib/summary/fold'
import { foldBuckets } from '@/lib/summary/fold-buckets'
import { rowsOf } from '@/lib/summary/merge'
import { RowSampler } from '@/lib/summary/sample-rows'
import { categoricalProfile, numericProfile } from '@/lib/summary/testing'

const FACTS = { late: false, backfill: false }
const START_MS = Date.UTC(2026, 10, 21)

const record = (f: unknown, change: Partial<PredictionRecord> = {}): PredictionRecord => ({
  id: 'r',
  at: START_MS,
  f: f as PredictionRecord['f'],
  ...change,
})

const profile: Profile = {
  ...BLANK_PROFILE,
  rows: 3,
  problem: 'multiclass',
  classes: ['a', 'b', 'c'],
  columns: [
    numericProfile([1, 2, 3]),
    categoricalProfile(['u'], { name: '__proto__' }),
    categoricalProfile(['u'], { name: 'ignored one', role: 'ignored' }),
    categoricalProfile(['a', 'b', 'c'], { family: 'output', name: 'prediction', role: 'prediction' }),
    numericProfile([0, 1], { family: 'output', name: 'score', role: 'score' }),
  ],
}

function fold(
  records: readonly PredictionRecord[],
  input: { profile: Profile | null; maxNewColumns?: number },
) {
  const folder = createVersionFolder({ maxNewColumns: 100, ...input })
  for (const one of records) folder.add(one, FACTS)
  return folder.finish()
}

describe('folding the records of a version', () => {
  it('counts a row of every profile column for every record, and new columns where they are named', () => {
    const { columns, traffic } = fold(
      [
        record({ x: 1, extra: 5 }, { p: 'a', ss: { a: 0.7, b: 0.2, c: 0.1 } }),
        record({ 'ignored one': 'u' }, { p: 'z' }),
        record(JSON.parse('{"x": 2, "__proto__": "u"}'), { p: null }),
      ],
      { profile },
    )
    expect([...columns.keys()].sort()).toEqual([
      'input:__proto__',
      'input:extra',
      'input:x',
      'output:prediction',
      'output:score',
    ])
    expect(columns.get('input:x')).toMatchObject({ missing: 1, values: { n: 2 } })
    expect(columns.get('input:__proto__')).toMatchObject({ missing: 2, counts: { n: 1 } })
    expect(columns.get('input:extra')).toMatchObject({ kind: 'sketch', moments: { n: 1 } })
    expect(columns.get('output:prediction')).toMatchObject({ missing: 1, unseen: 1, counts: { n: 2 } })
    expect(columns.get('output:score')).toMatchObject({ missing: 2, moments: { n: 1, mean: 0.7 } })
    expect(traffic).toMatchObject({ records: 3, nullPredictions: 1 })
  })
  it('starts anew after finishing, and makes no columns of no records', () => {
    const folder = createVersionFolder({ profile, maxNewColumns: 1 })
    folder.add(record({ x: 1, extra: 1 }), FACTS)
    folder.finish()
    expect(folder.finish()).toMatchObject({ traffic: { records: 0 }, columns: new Map() })
    folder.add(record({ x: 2 }), FACTS)
    const { columns, traffic } = folder.finish()
    expect(columns.get('input:x')).toMatchObject({ values: { n: 1, min: 2, max: 2 } })
    expect(columns.has('input:extra')).toBe(false)
    expect(traffic.records).toBe(1)
  })
  it('bounds the number of columns that records may bring', () => {
    const f = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`n${i}`, i]))
    expect(fold([record(f)], { profile: null, maxNewColumns: 7 }).columns.size).toBe(7)
  })
  it('knows failures by error text or server status', () => {
    const { traffic } = fold([record({}, { e: true }), record({}, { c: 500 }), record({}, { c: 404 })], {
      profile,
    })
    expect(traffic).toMatchObject({ records: 3, errors: 2, nullPredictions: 3 })
  })
})

describe('folding a table of records', () => {
  const records = Array.from({ length: 700 }, (_, i) =>
    record(
      {
        x: i % 11 === 0 ? null : i / 7,
        c: ['u', 'v', '', null][i % 4] ?? null,
        extra: i % 3,
        more: i % 2 === 0,
      },
      { id: `r${i}`, p: ['a', 'b', null][i % 3] ?? null, s: i / 700, l: i, ta: 1 },
    ),
  )
  const table: RecordTable = {
    length: records.length,
    ids: idsOf(records),
    at: Float64Array.from(records, ({ at }) => at),
    heads: columnsOf(
      records.map(({ p, s, l, ta }) => ({ p: p ?? null, s: s ?? null, l: l ?? null, ta: ta ?? null })),
    ),
    features: columnsOf(records.map(({ f }) => f)),
  }

  it('comes to the same bytes as folding its records', () => {
    for (const known of [profile, null]) {
      const folder = createVersionFolder({ profile: known, maxNewColumns: 100 })
      for (const one of records) folder.add(one, FACTS)
      const one = folder.finish()
      folder.addTable(table, FACTS)
      const all = folder.finish()
      expect(encodeSummary(all.traffic)).toEqual(encodeSummary(one.traffic))
      expect([...all.columns.keys()]).toEqual([...one.columns.keys()])
      for (const [key, summary] of one.columns) {
        const other = all.columns.get(key)
        expect(other && encodeSummary(other), key).toEqual(encodeSummary(summary))
      }
    }
  })

  it('draws the same rows', () => {
    const sampler = new RowSampler(profile, 50)
    const drawn = [() => sampler.addTable(table), () => records.forEach((one) => void sampler.add(one))].map(
      (draw, i) => {
        sampler.begin(START_MS + i * HOUR_MS, START_MS + i * DAY_MS)
        draw()
        return [sampler.finishHour(), sampler.finishDay()]
      },
    )
    expect(drawn[0]).toEqual(drawn[1])
  })
})

function idsOf(records: readonly PredictionRecord[]): RecordTable['ids'] {
  const ends = Int32Array.from(records, (_, i) =>
    records.slice(0, i + 1).reduce((sum, { id }) => sum + id.length, 0),
  )
  return {
    bytes: Buffer.from(records.map(({ id }) => id).join('')),
    starts: ends.map((end, i) => end - (records[i]?.id.length ?? 0)),
    ends,
  }
}

/** Columns of rows that all have the same keys. */
function columnsOf(rows: readonly Record<string, Scalar>[]): Map<string, TableColumn> {
  return new Map(
    Object.keys(rows[0] ?? {}).map((name) => {
      const values = rows.map((row) => row[name] ?? null)
      const isNumeric = values.every((value) => value === null || typeof value === 'number')
      const numbers = isNumeric
        ? Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)))
        : null
      // A null first, and one value twice, as tables may have them.
      const list: Scalar[] = [null, ...new Set(values), values[0] ?? null]
      const codes = Int32Array.from(values, (value) => list.indexOf(value))
      return [name, numbers ? { name, numbers } : { name, numbers: null, codes, values: list }]
    }),
  )
}

describe('cutting records into buckets', () => {
  const folder = createVersionFolder({ profile, maxNewColumns: 10 })
  const instants = [0, 30_000, MINUTE_MS, HOUR_MS - 1, HOUR_MS, 5 * HOUR_MS, DAY_MS, 3 * DAY_MS + 7, -1]
  const entries = instants.map((offset, i) => ({
    atMs: START_MS + offset,
    records: () => [record({ x: i, fresh: 't' }, { at: START_MS + offset })],
    facts: FACTS,
  }))

  it('holds every record once at every level, and minutes only for the young', () => {
    const buckets = foldBuckets(folder, entries, START_MS + HOUR_MS)
    const records = { minute: 0, hour: 0, day: 0 }
    for (const { level, traffic, columns } of buckets) {
      const decoded = decodeSummary(traffic)
      if (decoded.kind === 'traffic') records[level] += decoded.records
      const x = decodeSummary(columns.get('input:x') ?? new Uint8Array())
      expect(x.kind === 'grid' && decoded.kind === 'traffic' && rowsOf(x) === decoded.records).toBe(true)
    }
    expect(records).toEqual({ minute: 4, hour: 9, day: 9 })
    const starts = (level: string) =>
      buckets.filter((bucket) => bucket.level === level).map(({ startMs }) => startMs)
    expect(starts('day')).toEqual([-DAY_MS, 0, DAY_MS, 3 * DAY_MS].map((offset) => START_MS + offset))
    expect(new Set(starts('hour')).size).toBe(starts('hour').length)
    expect(new Set(starts('minute')).size).toBe(starts('minute').length)
  })
  it('gives the same buckets in any order of records', () => {
    const forward = foldBuckets(folder, entries, 0)
    const backward = foldBuckets(folder, [...entries].reverse(), 0)
    const byKey = (list: typeof forward) =>
      new Map(list.map(({ level, startMs, columns }) => [`${level} ${startMs}`, columns.get('input:fresh')]))
    expect(byKey(backward)).toEqual(byKey(forward))
    const [day] = forward.filter(({ level, startMs }) => level === 'day' && startMs === START_MS)
    const hours = forward.filter(
      ({ level, startMs }) => level === 'hour' && startMs >= START_MS && startMs < START_MS + DAY_MS,
    )
    const merged = hours
      .map(({ columns }) => columns.get('input:fresh') ?? new Uint8Array())
      .reduce(mergeEncoded)
    expect(merged).toEqual(day?.columns.get('input:fresh'))
  })
})
