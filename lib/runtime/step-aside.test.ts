import { afterEach, expect, it, vi } from 'vitest'
import { stepAside, stepAsideBy } from '@/lib/domain/step-aside'
import { stepAsideForSenders } from '@/lib/runtime/step-aside'

const WORK_MS = 30

/** @returns how often the thread slept */
function work(): number {
  const slept = vi.spyOn(Atomics, 'wait')
  const endMs = performance.now() + WORK_MS
  while (performance.now() < endMs) stepAside()
  return slept.mock.calls.length
}

afterEach(() => {
  vi.restoreAllMocks()
  stepAsideBy(() => {})
})

it('is for who works behind senders, and then about once a millisecond', () => {
  expect(work()).toBe(0)
  stepAsideForSenders()
  const times = work()
  expect(times).toBeGreaterThan(0)
  expect(times).toBeLessThanOrEqual(WORK_MS + 1)
})
