/** Owns the experiment on records as a whole: how often they are said to have changed, where nothing did and where something did. */
import { ColumnStream, type EvidenceTable, NOTHING, type Planted } from '@/lib/cli/evidence/columns'
import { JudgedModel } from '@/lib/cli/evidence/judged-model'
import { STILL_WORLD, type World } from '@/lib/cli/evidence/latent'

/** Correlation of any two columns of the reference. */
const USUAL: World = { ...STILL_WORLD, correlation: 0.6 }

/** What happens to the windows. */
export const RECORD_CASES = {
  nothing: { world: USUAL, planted: NOTHING },
  'columns go together half as much (0.6 to 0.3)': {
    world: { ...USUAL, correlation: 0.3 },
    planted: NOTHING,
  },
  'columns no longer go together': { world: STILL_WORLD, planted: NOTHING },
  'one column shifts by 0.5 σ': { world: USUAL, planted: { kind: 'shift', sigma: 0.5 } },
  'one column shifts by 1 σ': { world: USUAL, planted: { kind: 'shift', sigma: 1 } },
} as const satisfies Readonly<Record<string, { readonly world: World; readonly planted: Planted }>>

export type RecordCase = keyof typeof RECORD_CASES

export interface RecordResult {
  readonly windows: number
  /** Windows in which each way to look at records breached. */
  readonly separation: number
  readonly reconstruction: number
  /** Windows in which any single column breached. */
  readonly columns: number
}

/** Windows of a column are drawn from another world than the reference; what breached is counted by monitor. */
export async function runRecords(
  kind: RecordCase,
  setting: {
    readonly columns: number
    readonly n: number
    readonly windows: number
    readonly referenceRows: number
    readonly seed: number
  },
): Promise<RecordResult> {
  const { columns, n, windows, referenceRows, seed } = setting
  const { world, planted } = RECORD_CASES[kind]
  const model = await JudgedModel.build(
    new ColumnStream(USUAL, columns, seed).take(referenceRows, 0),
    null,
    0,
  )
  const stream = new ColumnStream(world, columns, seed + 1)
  const found = { separation: 0, reconstruction: 0, columns: 0 }
  for (let hour = 0; hour < windows; hour++) {
    const table: EvidenceTable = stream.take(n, hour, planted)
    const metrics = new Set(model.judge(hour, table, true).breaches.map(({ monitor }) => monitor.metric))
    if (metrics.has('domain_auc')) found.separation++
    if (metrics.has('reconstruction_error')) found.reconstruction++
    if (metrics.has('drift')) found.columns++
  }
  return { windows, ...found }
}
