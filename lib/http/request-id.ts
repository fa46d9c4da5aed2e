/** Owns naming requests: each its own, in this process and in those before and after it. Nothing is secret about it. */
import { randomUUID } from 'node:crypto'

/** All but the last twelve digits: drawn once, because to draw each anew costs a small request a hundredth of its time. */
const PREFIX = randomUUID().slice(0, 24)
const DIGITS = 12

let last = 0

/** In the form of a UUID. */
export function nextRequestId(): string {
  return PREFIX + (++last).toString(16).padStart(DIGITS, '0')
}
