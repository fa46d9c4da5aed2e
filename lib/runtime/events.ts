/** Owns the in-process bus that tells open pages what changed; carries no data, only what to read again. */

/** Something that changed. `model` is null when it may concern any. */
export interface LiveEvent {
  readonly type: 'records' | 'evaluations' | 'alerts' | 'models'
  readonly model: string | null
}

export interface EventBus {
  publish(event: LiveEvent): void
  /** Calls `listener` for every later event until the returned function is called. */
  subscribe(listener: (event: LiveEvent) => void): () => void
}

/** A bus within this process. A listener that throws is taken off. */
export function createEventBus(): EventBus {
  const listeners = new Set<(event: LiveEvent) => void>()
  return {
    publish(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event)
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
  }
}
