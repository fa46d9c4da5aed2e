/**
 * Owns that large bodies are handled one at a time, with the event loop in between: it reads what small requests sent,
 * and takes on new connections. It takes one of those a turn, so without this a hundred bodies that arrive together
 * would keep new connections, and health checks among them, waiting for many seconds.
 */

/** Smaller ones take so little time that waiting costs them more. */
const LARGE_BYTES = 64 * 1024
/** Turns that a body gives way for while each of them brings a new connection: a few milliseconds. */
const MOST_TURNS = 64

let connections = 0
let last: Promise<void> = Promise.resolve()

/** To be told of every new connection. */
export function noteConnection(): void {
  connections++
}

/** @returns when it is the turn of a body of this size: null for at once */
export function turnFor(bytes: number): Promise<void> | null {
  if (bytes < LARGE_BYTES) return null
  last = last.then(nextTurn)
  return last
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    let seen = -1
    let turns = 0
    const look = () => {
      if (connections === seen || turns++ >= MOST_TURNS) {
        resolve()
        return
      }
      seen = connections
      setImmediate(look)
    }
    look()
  })
}
