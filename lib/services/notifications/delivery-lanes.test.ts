import { describe, expect, it } from 'vitest'
import { createDeliveryLanes } from '@/lib/services/notifications/delivery-lanes'

/** Jobs that end when they are told to. */
function bench() {
  const log: string[] = []
  const ends = new Map<string, () => void>()
  const job = (name: string) => () => {
    log.push(`+${name}`)
    return new Promise<void>((resolve) => {
      ends.set(name, () => {
        log.push(`-${name}`)
        resolve()
      })
    })
  }
  const end = async (name: string) => {
    ends.get(name)?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { log, job, end }
}

describe('lanes of delivery', () => {
  it('run a few jobs of a channel at once, and channels beside each other', () => {
    const { log, job } = bench()
    const lanes = createDeliveryLanes(2)
    for (const name of ['a', 'b', 'c']) lanes.add(1, job(name))
    lanes.add(2, job('d'))
    expect(log).toEqual(['+a', '+b', '+d'])
    expect([lanes.load(1), lanes.load(2), lanes.load(3)]).toEqual([3, 1, 0])
  })

  it('give a job that must not be overtaken the lane to itself', async () => {
    const { log, job, end } = bench()
    const lanes = createDeliveryLanes(2)
    lanes.add(1, job('a'))
    lanes.add(1, job('alone'), true)
    lanes.add(1, job('b'))
    lanes.add(1, job('c'))
    await end('a')
    await end('alone')
    expect(log).toEqual(['+a', '-a', '+alone', '-alone', '+b', '+c'])
    const idle = lanes.idle()
    await end('b')
    await end('c')
    await idle
  })
})
