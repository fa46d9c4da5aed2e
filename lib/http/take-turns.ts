/**
 * Owns that bodies give way to new connections. The event loop takes on one of those a turn, so without this a turn full
 * of work, a hundred large bodies or a small one from each of five hundred clients, would keep new connections, and
 * health checks among them, waiting for many seconds. Large bodies are handled one at a time as well.
 */

/** Smaller ones take so little time that they are handled as they come. */
const LARGE_BYTES = 64 * 1024
/** Turns that a body gives way for while each of them brings a new connection: a few milliseconds. */
const MOST_TURNS = 64

let connections = 0
let last: Promise<void> = Promise.resolve()
/** While turns bring new connections: what small bodies wait for. */
let pause: Promise<void> | null = null

/** To be told of every new connection. */
export function noteConnection(): void {
  connections++
  pause ??= nextTurn().finally(() => {
    pause = null
  })
}

/** @returns when it is the turn of a body of this size: null for at once */
export function turnFor(bytes: number): Promise<void> | null {
  if (bytes < LARGE_BYTES) return pause
  last = last.then(nextTurn)
  return last
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    let seen = connections
    let turns = 0
    const look = () => {
      // The first look may come in the same turn, before the loop asked for new connections again.
      if (turns > 0 && (connections === seen || turns >= MOST_TURNS)) {
        resolve()
        return
      }
      turns++
      seen = connections
      setImmediate(look)
    }
    setImmediate(look)
  })
}
