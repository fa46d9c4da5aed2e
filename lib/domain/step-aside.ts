/** Owns where long work lets others pass. How, and whether at all, is for the process to say that does the work. */

let letPass: (() => void) | null = null

/** Stands between two pieces of long work: others may have the core for a moment. */
export function stepAside(): void {
  letPass?.()
}

/** @param way what `stepAside` does from now on in this process; by default nothing */
export function stepAsideBy(way: () => void): void {
  letPass = way
}
