/** Owns the in-process bus that tells open pages what changed; carries no data, only what to read again. */
import { randomBytes } from 'node:crypto'

/** What may change. */
export const CHANGES = ['records', 'evaluations', 'alerts', 'models'] as const

/** Something that changed. `model` is null when it may concern any. */
export interface LiveEvent {
  readonly type: (typeof CHANGES)[number]
  readonly model: string | null
}

export interface EventBus {
  publish(event: LiveEvent): void
  /** Calls `listener` for every later event, with the position after it, until the returned function is called. */
  subscribe(listener: (event: LiveEvent, position: string) => void): () => void
  /** How far it has come: what is read from now on shows everything up to here. Means something to this bus alone. */
  position(): string
  /** What changed after a position, each kind once; after one that is not of this bus anything may have. */
  since(position: string): LiveEvent[]
}

/**
 * A bus within this process. A listener that throws is taken off.
 * @param incarnation tells its positions from those of the process before
 */
export function createEventBus(incarnation = randomBytes(6).toString('hex')): EventBus {
  const listeners = new Set<Parameters<EventBus['subscribe']>[0]>()
  const lastOf = new Map<LiveEvent['type'], number>()
  let count = 0
  const position = () => `${incarnation}-${count}`

  /** How many events a position knows, or null when it is none of ours. */
  function countAt(known: string): number | null {
    const [whose, digits = ''] = known.split('-')
    const at = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN
    return whose === incarnation && at <= count ? at : null
  }

  return {
    publish(event) {
      count += 1
      lastOf.set(event.type, count)
      for (const listener of [...listeners]) {
        try {
          listener(event, position())
        } catch {
          listeners.delete(listener)
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    position,
    since(known) {
      const at = countAt(known)
      const changed = at === null ? CHANGES : CHANGES.filter((type) => (lastOf.get(type) ?? 0) > at)
      return changed.map((type) => ({ type, model: null }))
    },
  }
}
