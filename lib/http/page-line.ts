/**
 * Owns that pages are rendered one after another: of twenty that are rendered in turns, each would be ready as late as the
 * last. Knows no page.
 */
import type { ServerResponse } from 'node:http'
import { answerProblem } from '@/lib/http/answer-plainly'

/** Who comes when so many wait already is asked to come again: nobody looks at a page for half a minute of waiting. */
const MOST_WAITING = 200

/** A reader who takes long to read keeps nobody waiting longer than this. */
const LONGEST_TURN_MS = 500

/** @returns what runs a render when those before it have ended, or have had their time; one whose reader left is not run */
export function createPageLine(longestTurnMs = LONGEST_TURN_MS) {
  const waiting: { readonly response: ServerResponse; readonly render: () => void }[] = []
  let isBusy = false

  function next(): void {
    const one = waiting.shift()
    if (one === undefined) {
      isBusy = false
      return
    }
    if (one.response.destroyed) {
      next()
      return
    }
    let isOver = false
    const end = () => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      // A turn of the event loop in between: what others sent meanwhile is read first.
      setImmediate(next)
    }
    const timer = setTimeout(end, longestTurnMs)
    one.response.once('finish', end)
    one.response.once('close', end)
    one.render()
  }

  return (response: ServerResponse, render: () => void): void => {
    if (waiting.length >= MOST_WAITING) {
      response.setHeader('retry-after', '5')
      answerProblem(response, 503, 'overloaded', 'Too many pages are asked for at once.', false)
      return
    }
    waiting.push({ response, render })
    if (isBusy) return
    isBusy = true
    next()
  }
}
