import { afterEach, expect, it, vi } from 'vitest'
import { stepAside, stepAsideFromNowOn } from '@/lib/domain/step-aside'

const WORK_MS = 30

/** @returns how often the thread slept */
function work(): number {
  const slept = vi.spyOn(Atomics, 'wait')
  const endMs = performance.now() + WORK_MS
  while (performance.now() < endMs) stepAside()
  return slept.mock.calls.length
}

afterEach(() => vi.restoreAllMocks())

it('is for who works behind others, and then about once a millisecond', () => {
  expect(work()).toBe(0)
  stepAsideFromNowOn()
  const times = work()
  expect(times).toBeGreaterThan(1)
  expect(times).toBeLessThanOrEqual(WORK_MS + 1)
})
