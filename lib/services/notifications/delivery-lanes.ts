/** Owns running work in one lane per channel, a few at a time each, so that a slow lane holds up no other. */

/** How many messages of one channel are on the wire at once. */
const WIDTH = 4

interface Job {
  readonly run: () => Promise<void>
  readonly alone: boolean
}

interface Lane {
  readonly queue: Job[]
  running: number
  /** What runs now must have the lane to itself. */
  isClosed: boolean
}

export interface DeliveryLanes {
  /**
   * Runs `job` in the lane when there is room; a job must not reject.
   * @param alone nothing else of the lane runs beside it: what it says must not be overtaken
   */
  add(channelId: number, job: () => Promise<void>, alone?: boolean): void
  /** Jobs waiting or running in a lane. */
  load(channelId: number): number
  /** Resolves when all lanes are empty. */
  idle(): Promise<void>
}

export function createDeliveryLanes(width = WIDTH): DeliveryLanes {
  const lanes = new Map<number, Lane>()
  let waiters: (() => void)[] = []

  const next = (channelId: number, lane: Lane) => {
    while (lane.running < width && !lane.isClosed) {
      const job = lane.queue[0]
      if (!job || (job.alone && lane.running > 0)) break
      lane.queue.shift()
      lane.running++
      lane.isClosed = job.alone
      void job.run().finally(() => {
        lane.running--
        lane.isClosed = false
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
    add(channelId, run, alone = false) {
      const lane = lanes.get(channelId) ?? { queue: [], running: 0, isClosed: false }
      lanes.set(channelId, lane)
      lane.queue.push({ run, alone })
      next(channelId, lane)
    },
    load: (channelId) => {
      const lane = lanes.get(channelId)
      return lane ? lane.running + lane.queue.length : 0
    },
    idle: () => (lanes.size === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
  }
}
