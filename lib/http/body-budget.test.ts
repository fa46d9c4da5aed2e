import { describe, expect, it } from 'vitest'
import { BodyBudget } from '@/lib/http/body-budget'

const MIB = 1024 * 1024
const overloaded = expect.objectContaining({ code: 'unavailable' })

describe('the budget of bodies', () => {
  it('turns away what would hold too many bytes, but never a request alone', () => {
    const budget = new BodyBudget(10)
    const alone = budget.open()
    alone.add(50)
    const other = budget.open()
    expect(() => other.add(1)).toThrow(overloaded)
    alone.release()
    other.add(10)
    expect(budget.bytes).toBe(10)
    other.release()
    expect(budget.bytes).toBe(0)
  })

  function createLine() {
    const clock = { now: 0 }
    const budget = new BodyBudget(100 * MIB, () => clock.now)
    const arrive = (bytes = MIB) => {
      const claim = budget.open()
      claim.add(bytes)
      try {
        claim.arrived()
      } catch (error) {
        claim.release()
        throw error
      }
      return claim
    }
    return { clock, arrive }
  }

  it('turns away what arrives while the first in line has waited too long', () => {
    const { clock, arrive } = createLine()
    const line = Array.from({ length: 4 }, () => arrive())
    clock.now = 700
    line.push(arrive())
    clock.now = 701
    expect(arrive).toThrow(overloaded)
    for (const claim of line) claim.release()
    expect(() => arrive()).not.toThrow()
  })

  it('turns away what would have to wait too long, by what the last ones took', () => {
    const { clock, arrive } = createLine()
    for (let i = 0; i < 50; i++) {
      const claim = arrive()
      clock.now += 110
      claim.release()
    }
    // Six take 0.66 s; another would make it 0.77 s.
    const line = Array.from({ length: 6 }, () => arrive())
    expect(arrive).toThrow(overloaded)
    line[0]?.release()
    expect(() => arrive()).not.toThrow()
  })

  it('lets few and small bodies wait, however slow the machine is', () => {
    const { clock, arrive } = createLine()
    const large = Array.from({ length: 3 }, () => arrive(16 * MIB))
    clock.now = 60_000
    large.push(arrive(16 * MIB))
    expect(() => arrive(1)).toThrow(overloaded)
    for (const claim of large) claim.release()
    for (let i = 0; i < 500; i++) arrive(100)
    clock.now = 120_000
    expect(() => arrive(100)).not.toThrow()
  })
})
