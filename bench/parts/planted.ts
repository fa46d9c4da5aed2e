/**
 * Measures how good verdicts are (P16): drift planted in every third of 50 columns, judged by the product's own rule, on the
 * whole of the current rows and on ten chunks of them. No server takes part; the rows are seeded, so the figures stay.
 */
import type { Figure } from '@/bench/support/figures'
import { judgeInputOf } from '@/bench/support/judged-window'
import { drawPlanted, type PlantedColumn, plantedColumns } from '@/bench/support/planted'
import { judgeWindow } from '@/lib/monitor/judge-window'
import { columnProfile, type Values } from '@/lib/monitor/testing'

const COLUMNS = 50
const CHUNKS = 10
/** How often the smaller workload is drawn: one draw of a change near the floor says little. */
const DRAWS = 10

interface Outcome {
  /** Drifted columns that the whole window showed. */
  readonly found: number
  readonly missed: readonly string[]
  /** Drifted cells (column and chunk) that were seen. */
  readonly seen: number
  /** Cells of steady columns, and how many of them breached; the whole window counts as one more chunk. */
  readonly steady: number
  readonly alarmed: number
}

/** Names of columns of which any monitor breached. */
function breached(profiles: readonly ReturnType<typeof columnProfile>[], valuesOf: (name: string) => Values) {
  const input = judgeInputOf(profiles, valuesOf)
  const columns = new Map(input.monitors.map(({ id, column }) => [id, column?.name]))
  const worst = judgeWindow({ ...input, withDetail: false }).filter(
    ({ verdict }) => verdict === 'drift' || verdict === 'severe',
  )
  return new Set(worst.map(({ monitorId }) => columns.get(monitorId)))
}

function judgeDraw(columns: readonly PlantedColumn[], rows: number, seed: number): Outcome {
  const draw = (current: boolean) =>
    new Map(
      columns.map((column, i) => {
        const own = 2 * (seed * COLUMNS + i) + (current ? 1 : 0)
        return [column.name, drawPlanted(column, rows, own, current)] as const
      }),
    )
  const [reference, current] = [draw(false), draw(true)]
  const profiles = columns.map(({ name }) => columnProfile(name, reference.get(name) ?? []))
  const judge = (from: number, to: number) =>
    breached(profiles, (name) => (current.get(name) ?? []).slice(from, to))
  const whole = judge(0, rows)
  const size = rows / CHUNKS
  const chunks = Array.from({ length: CHUNKS }, (_, k) => judge(k * size, (k + 1) * size))
  const drifted = columns.filter(({ isDrifted }) => isDrifted)
  const steady = columns.filter(({ isDrifted }) => !isDrifted)
  const missed = drifted.filter(({ name }) => !whole.has(name)).map(({ name }) => name)
  const count = (list: readonly PlantedColumn[], windows: readonly ReadonlySet<string | undefined>[]) =>
    windows.reduce((sum, found) => sum + list.filter(({ name }) => found.has(name)).length, 0)
  return {
    found: drifted.length - missed.length,
    missed,
    seen: count(drifted, chunks) / (drifted.length * CHUNKS),
    steady: steady.length * (CHUNKS + 1),
    alarmed: count(steady, [whole, ...chunks]),
  }
}

/** P16. */
export async function measurePlanted(): Promise<Figure[]> {
  const columns = plantedColumns(COLUMNS)
  const large = judgeDraw(columns, 100_000, 1)
  const small = Array.from({ length: DRAWS }, (_, k) => judgeDraw(columns, 10_000, k + 2))
  const drifted = columns.filter(({ isDrifted }) => isDrifted).length
  const mean = small.reduce((sum, { found }) => sum + found, 0) / DRAWS
  const all = [large, ...small]
  const alarmed = all.reduce((sum, outcome) => sum + outcome.alarmed, 0)
  const steady = all.reduce((sum, outcome) => sum + outcome.steady, 0)
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const missed = [...new Set(small.flatMap((outcome) => outcome.missed))].sort()
  return [
    {
      goal: 'P16',
      what: `drifted columns found, of ${drifted}, 100,000 rows`,
      value: large.found,
      unit: 'columns',
      against: `${percent(large.seen)} of drifted cells of ${CHUNKS} chunks; Evidently 16`,
      target: { kind: 'at least', value: drifted },
    },
    {
      goal: 'P16',
      what: `the same, 10,000 rows, mean of ${DRAWS} draws`,
      value: mean,
      unit: 'columns',
      against: `${percent(small.reduce((sum, { seen }) => sum + seen, 0) / DRAWS)} of drifted cells; missed once or more: ${missed.join(', ') || 'none'}; Evidently 16`,
      target: null,
    },
    {
      goal: 'P16',
      what: 'false alarms over all cells of steady columns',
      value: (100 * alarmed) / steady,
      unit: '%',
      against: `${alarmed} of ${steady} cells; NannyML 5.2 to 6.1 %`,
      target: { kind: 'at most', value: 0.5 },
    },
  ]
}
