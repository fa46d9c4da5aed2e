/** Owns the order in which the charts of a page are drawn: one a task, so that the page answers in between. */

let last: Promise<void> = Promise.resolve()

/** Resolves when it is the caller's turn. */
export function waitTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setTimeout(resolve, 0)))
  return last
}
