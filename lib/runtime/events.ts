/** Owns the in-process bus that tells open pages what changed; carries no data, only what to read again. */

/** What changed since; pages that show it read again. */
export const CHANGE_KINDS = [
  'records',
  'summaries',
  'evaluations',
  'alerts',
  'notifications',
  'profiles',
  'settings',
  'worker',
] as const
export type ChangeKind = (typeof CHANGE_KINDS)[number]

export interface ChangeEvent {
  readonly kind: ChangeKind
  readonly atMs: number
}

export interface EventBus {
  publish(event: ChangeEvent): void
  /** Calls `listener` for every later event until the returned function is called. */
  subscribe(listener: (event: ChangeEvent) => void): () => void
}

/** A bus within this process. A listener that throws is taken off. */
export function createEventBus(): EventBus {
  const listeners = new Set<(event: ChangeEvent) => void>()
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
