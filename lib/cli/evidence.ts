/** Owns the command `npm run evidence`: runs the experiments behind the verdict rule and prints or writes their tables. */
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { runChanceLimits } from '@/lib/cli/evidence/chance-limits'
import type { EvidenceKind, Planted } from '@/lib/cli/evidence/columns'
import { ODD_COLUMNS, type OddColumn, runDrawnLimits } from '@/lib/cli/evidence/drawn-limits'
import { type FalseAlarms, runMoving, runStill } from '@/lib/cli/evidence/false-alarms'
import { STILL_WORLD, type World } from '@/lib/cli/evidence/latent'
import { runPower } from '@/lib/cli/evidence/power'
import { runShapes, SHAPE_CASES, type ShapeCase } from '@/lib/cli/evidence/shapes'
import { runStreams } from '@/lib/cli/evidence/streams'
import {
  drawnTable,
  limitTable,
  movingTable,
  powerTable,
  recordTable,
  shapeTable,
  stillTable,
  streamTable,
} from '@/lib/cli/evidence/tables'
import { RECORD_CASES, type RecordCase, runRecords } from '@/lib/cli/evidence/whole-records'
import { requireFiles } from '@/lib/cli/require-readable'

const USAGE = `Usage: npm run evidence -- [--part still|moving|power|shapes|limits|drawn|records|streams] [--write]

Runs the seeded experiments behind the verdict rule and prints their tables. All of it takes about half an hour.

  --part   only this experiment
  --write  put the tables into docs/evidence.md`

const DOCUMENT = 'docs/evidence.md'
const REFERENCE_ROWS = 10_000

/** [columns, records a window, windows, windows that peers judge too]; one seed each. */
const STILL: readonly (readonly [number, number, number, number])[] = [
  [20, 200, 1_500, 200],
  [20, 1_000, 1_000, 200],
  [20, 10_000, 500, 60],
  [20, 100_000, 400, 0],
  [100, 200, 1_000, 100],
  [100, 1_000, 600, 60],
  [100, 10_000, 400, 0],
  [100, 100_000, 100, 0],
]

const WORLDS: Readonly<Record<string, World>> = {
  'correlated columns (0.6)': { ...STILL_WORLD, correlation: 0.6 },
  'daily cycle of 0.5 σ, weekends 0.3 σ higher': { ...STILL_WORLD, daily: 0.5, weekend: 0.3 },
  'records that remember the one before (AR 0.8)': { ...STILL_WORLD, memory: 0.8 },
  'traffic varying tenfold over the day': { ...STILL_WORLD, trafficSwing: 10 },
  'all of these at once': { correlation: 0.5, memory: 0.8, daily: 0.5, weekend: 0.3, trafficSwing: 10 },
}
const SEEDS = [101, 202, 303]

const PLANTED: readonly (readonly [string, Planted, EvidenceKind])[] = [
  ['shift of 0.2 σ', { kind: 'shift', sigma: 0.2 }, 'normal'],
  ['shift of 0.35 σ', { kind: 'shift', sigma: 0.35 }, 'normal'],
  ['shift of 0.5 σ', { kind: 'shift', sigma: 0.5 }, 'normal'],
  ['spread 1.5 times as wide', { kind: 'spread', factor: 1.5 }, 'normal'],
  ['5 % nulls', { kind: 'nulls', share: 0.05 }, 'normal'],
  ['one new category at 2 %', { kind: 'new_category', share: 0.02 }, 'categorical'],
  ['a category that loses 5 points', { kind: 'category_moves', share: 0.05 }, 'categorical'],
]

const PARTS: Readonly<Record<string, () => Promise<string>>> = {
  async still() {
    const rows = []
    for (const [columns, n, windows, peerWindows] of STILL) {
      console.error(`no drift: ${columns} columns, ${n} records a window …`)
      const result = await runStill({
        columns,
        n,
        windows,
        peerWindows,
        referenceRows: REFERENCE_ROWS,
        seed: columns + n,
      })
      rows.push({ columns, n, result })
    }
    return stillTable(rows)
  },
  async moving() {
    const rows = []
    for (const [world, of] of Object.entries(WORLDS)) {
      console.error(`no drift: ${world} …`)
      const runs: FalseAlarms[] = []
      for (const seed of SEEDS) {
        runs.push(
          await runMoving({
            world: of,
            columns: 20,
            n: 300,
            referenceDays: 28,
            learningDays: 7,
            days: 28,
            seed,
          }),
        )
      }
      const sum = (of: (run: FalseAlarms) => number) => runs.reduce((total, run) => total + of(run), 0)
      rows.push({
        world,
        result: {
          ours: {
            name: 'Plumbline',
            alarmed: sum((run) => run.ours.alarmed),
            windows: sum((run) => run.ours.windows),
          },
          peers: [],
          alerts: sum((run) => run.alerts),
          hours: sum((run) => run.hours),
          flagged: [],
        },
      })
    }
    return movingTable(rows)
  },
  async power() {
    const rows = []
    for (const [name, planted, kind] of PLANTED) {
      for (const [n, trials, peerTrials] of [
        [200, 200, 60],
        [1_000, 200, 60],
        [10_000, 60, 20],
      ] as const) {
        console.error(`planted: ${name}, ${n} records a window …`)
        const setting = {
          planted,
          kind,
          columns: 20,
          n,
          referenceRows: REFERENCE_ROWS,
          trials,
          peerTrials,
          seed: n,
        }
        rows.push({ planted: name, n, result: await runPower(setting) })
      }
    }
    return powerTable(rows)
  },
  async limits() {
    console.error('limits by chance …')
    const setting = { referenceRows: REFERENCE_ROWS, sizes: [50, 200, 1_000, 10_000], draws: 6_000, seed: 1 }
    return limitTable(runChanceLimits(setting))
  },
  async drawn() {
    const setting = {
      referenceRows: REFERENCE_ROWS,
      sizes: [100, 1_000, 10_000],
      references: 400,
      windows: 10,
    }
    return drawnTable(
      (Object.keys(ODD_COLUMNS) as OddColumn[]).flatMap((column) => {
        console.error(`limits that are drawn: ${column} …`)
        return runDrawnLimits(column, { ...setting, seed: 21 })
      }),
    )
  },
  async records() {
    const rows = []
    for (const kind of Object.keys(RECORD_CASES) as RecordCase[]) {
      for (const n of [200, 1_000]) {
        console.error(`records as a whole: ${kind}, ${n} records a window …`)
        const windows = kind === 'nothing' ? 500 : 60
        const setting = { columns: 12, n, windows, referenceRows: REFERENCE_ROWS, seed: n }
        rows.push({ kind, n, result: await runRecords(kind, setting) })
      }
    }
    return recordTable(rows)
  },
  async streams() {
    console.error('stream detectors …')
    return streamTable(runStreams({ steadyValues: 50_000, streams: 200, shifts: [0.5, 1, 2], seed: 8 }))
  },
  async shapes() {
    const rows = []
    for (const kind of Object.keys(SHAPE_CASES) as ShapeCase[]) {
      console.error(`shape: ${kind} …`)
      rows.push(await runShapes(kind, { streams: 100, n: 1_000, referenceRows: REFERENCE_ROWS, seed: 7 }))
    }
    return shapeTable(rows)
  },
}

/** @returns the exit code: 2 for wrong usage */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      part: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const names = values.part === undefined ? Object.keys(PARTS) : [values.part]
  if (values.help || names.some((name) => !Object.hasOwn(PARTS, name))) {
    console.error(USAGE)
    return values.help ? 0 : 2
  }
  // Not after half an hour.
  if (values.write) await requireFiles(DOCUMENT)
  for (const name of names) {
    const table = (await PARTS[name]?.()) ?? ''
    console.log(`\n${name}\n\n${table}`)
    if (values.write) await write(name, table)
  }
  return 0
}

/** Replaces what stands between the marks of a part. */
async function write(name: string, table: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8')
  const [from, to] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const [start, end] = [text.indexOf(from), text.indexOf(to)]
  if (start < 0 || end < start) throw new Error(`${DOCUMENT} has no place for ${name}.`)
  await writeFile(DOCUMENT, `${text.slice(0, start + from.length)}\n\n${table}\n\n${text.slice(end)}`)
}
