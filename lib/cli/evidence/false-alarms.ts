/** Owns the experiment without drift: how often anything is called drift where nothing moved. */
import { ColumnStream, type EvidenceTable } from '@/lib/cli/evidence/columns'
import { EPOCH_MS, type Instants, JudgedModel } from '@/lib/cli/evidence/judged-model'
import { recordsInHour, STILL_WORLD, type World } from '@/lib/cli/evidence/latent'
import { PEER_RULES } from '@/lib/cli/evidence/peer-rules'
import { HOUR_MS } from '@/lib/domain/time'

export const HOURS_A_FORTNIGHT = 14 * 24

/** How many of the windows looked at had an alarm on any column. */
export interface Alarms {
  readonly name: string
  readonly alarmed: number
  readonly windows: number
}

export interface FalseAlarms {
  readonly ours: Alarms
  readonly peers: readonly Alarms[]
  /** Alerts that would have told somebody, and the hours over which they came. */
  readonly alerts: number
  readonly hours: number
  /** What was flagged, by monitor, for whoever reads the log. */
  readonly flagged: readonly string[]
}

interface Setting {
  readonly columns: number
  /** Records of a window. */
  readonly n: number
  readonly windows: number
  /** Windows that peers judge too: their rules sort raw values and take longer. */
  readonly peerWindows: number
  readonly referenceRows: number
  readonly seed: number
}

/** Independent columns whose distribution stands still; windows are consecutive hours. */
export async function runStill(setting: Setting): Promise<FalseAlarms> {
  const { columns, n, windows, peerWindows, referenceRows, seed } = setting
  const stream = new ColumnStream(STILL_WORLD, columns, seed)
  const reference = stream.take(referenceRows, 0)
  const model = await JudgedModel.build(reference, null, 0)
  const rules = peerWindows > 0 ? PEER_RULES.map((rule) => rule.prepare(reference, n)) : []
  const peerAlarms = rules.map(() => 0)
  const ours = { alarmed: 0, alerts: 0, flagged: [] as string[] }
  for (let hour = 0; hour < windows; hour++) {
    const table = stream.take(n, hour)
    note(ours, model, hour, table)
    if (hour >= peerWindows) continue
    rules.forEach((rule, index) => {
      if (rule(table).some(Boolean)) peerAlarms[index] = (peerAlarms[index] ?? 0) + 1
    })
  }
  return {
    ours: { name: 'Plumbline', alarmed: ours.alarmed, windows },
    peers: peerAlarms.map((alarmed, index) => ({
      name: PEER_RULES[index]?.name ?? '',
      alarmed,
      windows: Math.min(windows, peerWindows),
    })),
    alerts: ours.alerts,
    hours: windows,
    flagged: ours.flagged,
  }
}

interface MovingSetting {
  readonly world: World
  readonly columns: number
  /** Records of the mean hour. */
  readonly n: number
  readonly referenceDays: number
  readonly learningDays: number
  readonly days: number
  readonly seed: number
}

/** A world that moves without drifting: the reference and the live hours are one long stream of it. */
export async function runMoving(setting: MovingSetting): Promise<FalseAlarms> {
  const { world, columns, n, referenceDays, learningDays, days, seed } = setting
  const stream = new ColumnStream(world, columns, seed)
  const parts: EvidenceTable[] = []
  const instants: number[] = []
  const firstHour = referenceDays * 24
  for (let hour = 0; hour < firstHour; hour++) {
    const rows = recordsInHour(world, hour, n)
    parts.push(stream.take(rows, hour))
    for (let row = 0; row < rows; row++) {
      instants.push(EPOCH_MS + hour * HOUR_MS + Math.floor((row * HOUR_MS) / rows))
    }
  }
  const model = await JudgedModel.build(joined(parts), instants satisfies Instants, firstHour)
  const ours = { alarmed: 0, alerts: 0, flagged: [] as string[] }
  const learnt = firstHour + learningDays * 24
  const end = learnt + days * 24
  for (let hour = firstHour; hour < end; hour++) {
    const table = stream.take(recordsInHour(world, hour, n), hour)
    if (hour < learnt) model.judge(hour, table)
    else note(ours, model, hour, table)
  }
  return {
    ours: { name: 'Plumbline', alarmed: ours.alarmed, windows: days * 24 },
    peers: [],
    alerts: ours.alerts,
    hours: days * 24,
    flagged: ours.flagged,
  }
}

function note(
  ours: { alarmed: number; alerts: number; flagged: string[] },
  model: JudgedModel,
  hour: number,
  table: EvidenceTable,
): void {
  const { breaches, fired } = model.judge(hour, table)
  if (breaches.length > 0) ours.alarmed++
  ours.alerts += fired.length
  for (const { monitor, verdict } of breaches) {
    ours.flagged.push(`hour ${hour}: ${monitor.metric} ${monitor.column?.name ?? ''} ${verdict}`)
  }
}

function joined(parts: readonly EvidenceTable[]): EvidenceTable {
  const [first] = parts
  if (!first) throw new RangeError('an evidence stream needs a reference')
  return {
    names: first.names,
    columns: first.names.map((_, index) => parts.flatMap((part) => part.columns[index] ?? [])),
  }
}
