/** Measures summaries without any storage: folding a record, bytes a column and bucket, and merging a window. */
import { drawFeatures, featureNames, seededUniform, type WorkloadShape } from '@/bench/support/workload'
import type { ColumnProfile, Profile } from '@/lib/domain/profile'
import type { PredictionRecord } from '@/lib/domain/record'
import { BINARY, BLANK_PROFILE } from '@/lib/domain/testing'
import { HOUR_MS } from '@/lib/domain/time'
import { type Grid, gridFromEdges } from '@/lib/stats/grid/grid'
import { momentsOf } from '@/lib/summary/batch-moments'
import { decodeMerged, encodeSummary, mergeEncoded } from '@/lib/summary/codec'
import { type BucketFold, createVersionFolder } from '@/lib/summary/fold'
import { foldBuckets } from '@/lib/summary/fold-buckets'
import { DEFAULT_SAMPLE_ROWS } from '@/lib/summary/rows'
import { RowSampler } from '@/lib/summary/sample-rows'
import { categoricalProfile, numericProfile } from '@/lib/summary/testing'

const REFERENCE_ROWS = 20_000
const RECORDS_AN_HOUR = 40_000
const START_MS = 1_795_000_800_000
const FACTS = { late: false, backfill: false }

function drawRows(shape: WorkloadShape, rows: number, seed: number): Record<string, number | string>[] {
  const uniform = seededUniform(seed)
  return Array.from({ length: rows }, () => drawFeatures(shape, uniform))
}

function profileOf(columns: number): Profile {
  const rows = drawRows({ columns, drifted: false }, REFERENCE_ROWS, 1)
  const names = featureNames(columns)
  const numeric = names.numeric.map((name): ColumnProfile => {
    const values = rows.map((row) => Number(row[name]))
    return numericProfile(values, { name, moments: momentsOf(Float64Array.from(values), values.length) })
  })
  const categorical = names.categorical.map(
    (name): ColumnProfile => categoricalProfile([...new Set(rows.map((row) => String(row[name])))], { name }),
  )
  const score = numericProfile(
    Array.from({ length: 1_000 }, (_, i) => i / 1_000),
    {
      family: 'output',
      name: 'score',
      role: 'score',
    },
  )
  const prediction = categoricalProfile(['0', '1'], {
    family: 'output',
    name: 'prediction',
    role: 'prediction',
    type: 'integer',
  })
  return {
    ...BLANK_PROFILE,
    ...BINARY,
    rows: REFERENCE_ROWS,
    columns: [...numeric, ...categorical, prediction, score],
  }
}

function recordsOf(columns: number, count: number, seed: number): PredictionRecord[] {
  const uniform = seededUniform(seed + 100)
  const rows = drawRows({ columns, drifted: true }, count, seed)
  // Through JSON, as records come out of the log.
  const records = rows.map((f, i) => {
    const s = Math.round(uniform() * 1e6) / 1e6
    return { id: `id${i}`, at: START_MS + i, f, p: s > 0.5 ? 1 : 0, s, l: 5 + 20 * uniform() }
  })
  return JSON.parse(JSON.stringify(records)) as PredictionRecord[]
}

/** Median of some runs, in milliseconds of CPU: what else runs on the machine does not count. */
function medianMs(run: () => void, rounds: number): number {
  const times = Array.from({ length: rounds }, () => {
    const started = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(started)
    return (user + system) / 1_000
  }).sort((a, b) => a - b)
  return times[Math.floor(rounds / 2)] ?? 0
}

function sizesOf(fold: BucketFold): { mean: number; numeric: number } {
  const sizes = [...fold.columns].map(([, summary]) => ({
    kind: summary.kind,
    size: encodeSummary(summary).length,
  }))
  const mean = (list: { size: number }[]) => list.reduce((sum, { size }) => sum + size, 0) / list.length
  return { mean: mean(sizes), numeric: mean(sizes.filter(({ kind }) => kind === 'grid')) }
}

function print(name: string, value: number, unit: string, digits = 2): void {
  console.log(`${name.padEnd(58)} ${value.toFixed(digits).padStart(9)} ${unit}`)
}

for (const columns of [20, 50]) {
  const profile = profileOf(columns)
  const folder = createVersionFolder({ profile, maxNewColumns: 1_000 })
  const unprofiled = createVersionFolder({ profile: null, maxNewColumns: 1_000 })
  const records = recordsOf(columns, RECORDS_AN_HOUR, 2)
  const runs = [{ atMs: START_MS, facts: FACTS, records: () => records }]
  const perRecord = 1_000 / RECORDS_AN_HOUR
  const fold = () => {
    for (const record of records) folder.add(record, FACTS)
    return folder.finish()
  }
  print(`${columns} columns: fold a record`, medianMs(fold, 9) * perRecord, 'µs')
  print(
    `${columns} columns: fold a record without a profile`,
    medianMs(() => {
      for (const record of records) unprofiled.add(record, FACTS)
      unprofiled.finish()
    }, 5) * perRecord,
    'µs',
  )
  print(
    `${columns} columns: fold and encode a record, three levels`,
    medianMs(() => foldBuckets(folder, runs, 0), 9) * perRecord,
    'µs',
  )
  const sampler = new RowSampler(profile, DEFAULT_SAMPLE_ROWS)
  // Of an hour that is new each time: the first step of an hour costs most, as later ones refuse nearly every record.
  let hourMs = START_MS
  let sample: Uint8Array = new Uint8Array(0)
  print(
    `${columns} columns: draw and encode the samples of an hour and a day, a record`,
    medianMs(() => {
      hourMs += HOUR_MS
      sampler.begin(hourMs, hourMs)
      for (const record of records) sampler.add(record)
      for (const rows of [sampler.finishHour(), sampler.finishDay()]) if (rows) sample = encodeSummary(rows)
    }, 15) * perRecord,
    'µs',
  )
  print(`${columns} columns: bytes of a sample of 1,000 records`, sample.length, 'B', 0)
  const hour = fold()
  const { mean, numeric } = sizesOf(hour)
  print(`${columns} columns: bytes a column and bucket of 40,000 records`, mean, 'B', 0)
  print(`${columns} columns: the same, numeric columns only`, numeric, 'B', 0)
  for (const record of records.slice(0, 4)) folder.add(record, FACTS)
  const few = sizesOf(folder.finish())
  print(`${columns} columns: bytes a column and bucket of 4 records`, few.mean, 'B', 0)
  print(`${columns} columns: the same, numeric columns only`, few.numeric, 'B', 0)

  const parts = [...hour.columns].map(([key, summary]) => ({ key, bytes: encodeSummary(summary) }))
  const grids = new Map<string, Grid>()
  for (const column of profile.columns) {
    if (column.grid)
      grids.set(`${column.family}:${column.name}`, gridFromEdges(column.grid.edges, column.grid.heavy))
  }
  const window = () => {
    for (const { key, bytes } of parts) decodeMerged(new Array(24).fill(bytes), grids.get(key))
  }
  print(`${columns} columns × 24 buckets: decode and merge`, medianMs(window, 31), 'ms')
  print(
    `${columns} columns: merge two encoded buckets, each`,
    (medianMs(() => {
      for (const { bytes } of parts) mergeEncoded(bytes, bytes)
    }, 31) *
      1_000) /
      parts.length,
    'µs',
  )
}
