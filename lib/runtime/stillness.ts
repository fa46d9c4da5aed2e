/**
 * Owns telling a process that hangs from one that is slow, by what the system says of it: a slow one, however busy the
 * machine, runs, waits for its turn or for a disk. Knows not what the process does.
 */
import { readFileSync } from 'node:fs'

/** What the system tells of a process. */
export interface Pulse {
  /** As `ps` prints it, of its first thread: `R` runs or waits for its turn, `D` for a disk, `S` for something else, `T` is stopped. */
  readonly state: string
  /** Processor time that it has used with all of its threads, in hundredths of a second. */
  readonly ticks: number
}

/** Null where the system tells nothing: only Linux does, and only of a process that is there. */
export function readPulse(pid: number): Pulse | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name before may hold anything, blanks and brackets too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', ticks: Number(fields[11]) + Number(fields[12]) }
  } catch {
    return null
  }
}

const STILL_STATES: ReadonlySet<string> = new Set(['S', 'T'])

/**
 * @returns what takes one look at a process after another, null where none is due, and answers at how many in a row it
 *   had neither run nor wanted to since the one before
 */
export function createStillnessCounter(): (pulse: Pulse | null) => number {
  let last: Pulse | null = null
  let looks = 0
  return (pulse) => {
    const isStill = pulse !== null && STILL_STATES.has(pulse.state) && pulse.ticks === last?.ticks
    looks = isStill ? looks + 1 : 0
    last = pulse
    return looks
  }
}
