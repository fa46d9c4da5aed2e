/** Owns the number of requests that were begun and not yet answered. Knows no route. */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Kept on the connection itself: requests that wait behind others on one that ends never hear of their own end. */
const COUNT = Symbol('requests under way')

type Counted = Socket & { [COUNT]?: number | null }

/** @returns what counts one more request until it is over, and says how many are under way with it */
export function createUnderWay(): (response: ServerResponse) => number {
  let total = 0

  function hasLeft(this: ServerResponse): void {
    const socket = this.req.socket as Counted
    const count = socket[COUNT]
    // null: the connection ended, and took all of its requests with it.
    if (count == null) return
    socket[COUNT] = count - 1
    total--
  }

  return (response) => {
    const socket = response.req.socket as Counted
    const count = socket[COUNT]
    if (count === null) return total
    if (count === undefined) {
      socket.once('close', () => {
        total -= socket[COUNT] ?? 0
        socket[COUNT] = null
      })
    }
    socket[COUNT] = (count ?? 0) + 1
    total++
    response.once('close', hasLeft)
    return total
  }
}
