/** Owns which charts of a page come alive together: those that show their tooltips together. */

const listeners = new Map<string, Set<() => void>>()

/** Calls `wake` when any chart of the group is touched. Returns how to stop. */
export function joinGroup(group: string, wake: () => void): () => void {
  const members = listeners.get(group) ?? new Set()
  listeners.set(group, members)
  members.add(wake)
  return () => {
    members.delete(wake)
    if (members.size === 0) listeners.delete(group)
  }
}

export function wakeGroup(group: string): void {
  for (const wake of listeners.get(group) ?? []) wake()
}
