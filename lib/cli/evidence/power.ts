/** Owns the experiment with planted drift: how often it is seen in one window, and how many windows until an alert. */
import { ColumnStream, type EvidenceKind, type Planted } from '@/lib/cli/evidence/columns'
import { JudgedModel } from '@/lib/cli/evidence/judged-model'
import { STILL_WORLD } from '@/lib/cli/evidence/latent'
import { PEER_RULES } from '@/lib/cli/evidence/peer-rules'

export interface Detected {
  readonly name: string
  readonly seen: number
  readonly trials: number
}

export interface Power {
  readonly ours: Detected
  readonly peers: readonly Detected[]
  /** Windows until somebody is told, by trial; null: not within `MAX_WINDOWS`. */
  readonly windowsUntilAlert: readonly (number | null)[]
}

/** A planted change that is not told by then counts as missed. */
const MAX_WINDOWS = 6

interface Setting {
  readonly planted: Planted
  readonly kind: EvidenceKind
  readonly columns: number
  readonly n: number
  readonly referenceRows: number
  readonly trials: number
  readonly peerTrials: number
  readonly seed: number
}

/** The planted change is in the first column, from the first window on; the other columns stand still. */
export async function runPower(setting: Setting): Promise<Power> {
  const { planted, kind, columns, n, referenceRows, trials, peerTrials, seed } = setting
  const stream = new ColumnStream(STILL_WORLD, columns, seed, kind)
  const reference = stream.take(referenceRows, 0)
  const model = await JudgedModel.build(reference, null, 0)
  const rules = peerTrials > 0 ? PEER_RULES.map((rule) => rule.prepare(reference, n)) : []
  const target = stream.names[0]
  const peersSeen = rules.map(() => 0)
  const windowsUntilAlert: (number | null)[] = []
  let seen = 0
  for (let trial = 0; trial < trials; trial++) {
    model.forget()
    let told: number | null = null
    for (let hour = 0; hour < MAX_WINDOWS && told === null; hour++) {
      const table = stream.take(n, hour, planted)
      const { breaches, fired } = model.judge(hour, table)
      if (hour === 0) {
        if (breaches.some(({ monitor }) => monitor.column?.name === target)) seen++
        if (trial < peerTrials) {
          rules.forEach((rule, index) => {
            if (rule(table)[0]) peersSeen[index] = (peersSeen[index] ?? 0) + 1
          })
        }
      }
      if (fired.length > 0) told = hour + 1
    }
    windowsUntilAlert.push(told)
  }
  return {
    ours: { name: 'Plumbline', seen, trials },
    peers: peersSeen.map((count, index) => ({
      name: PEER_RULES[index]?.name ?? '',
      seen: count,
      trials: Math.min(trials, peerTrials),
    })),
    windowsUntilAlert,
  }
}
