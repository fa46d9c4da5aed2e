/** Owns running work in one lane per channel, a few at a time each, so that a slow lane holds up no other. */

/** How many messages of one channel are on the wire at once. */
const WIDTH = 4

interface Lane {
  readonly queue: (() => Promise<void>)[]
  running: number
}

export interface DeliveryLanes {
  /** Runs `job` in the lane when there is room; a job must not reject. */
  add(channelId: number, job: () => Promise<void>): void
  /** Jobs waiting or running in a lane. */
  load(channelId: number): number
  /** Resolves when all lanes are empty. */
  idle(): Promise<void>
}

export function createDeliveryLanes(width = WIDTH): DeliveryLanes {
  const lanes = new Map<number, Lane>()
  let waiters: (() => void)[] = []

  const next = (channelId: number, lane: Lane) => {
    while (lane.running < width) {
      const job = lane.queue.shift()
      if (!job) break
      lane.running++
      void job().finally(() => {
        lane.running--
        next(channelId, lane)
      })
    }
    if (lane.running > 0) return
    lanes.delete(channelId)
    if (lanes.size > 0) return
    for (const wake of waiters) wake()
    waiters = []
  }

  return {
    add(channelId, job) {
      const lane = lanes.get(channelId) ?? { queue: [], running: 0 }
      lanes.set(channelId, lane)
      lane.queue.push(job)
      next(channelId, lane)
    },
    load: (channelId) => {
      const lane = lanes.get(channelId)
      return lane ? lane.running + lane.queue.length : 0
    },
    idle: () => (lanes.size === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
  }
}
