/** Owns the life of the worker process: which stages it runs, in which order, and how it ends. Knows no stage from inside. */
import { SYSTEM } from '@/lib/access/principal'
import { WORKER_TICK_SETTING, type WorkerTick } from '@/lib/queries/worker-tick'
import { type App, openWorkerApp } from '@/lib/runtime/app'
import { stepBehindSenders } from '@/lib/runtime/priority'
import { parseSettings } from '@/lib/runtime/settings'
import { type Round, type Stage, startStageLoop } from '@/lib/runtime/stage-loop'
import { createStageCounter, type StageCounter } from '@/lib/runtime/stage-stats'
import { stepAsideForSenders } from '@/lib/runtime/step-aside'
import { readStorageRoom } from '@/lib/runtime/storage-room'
import {
  BEAT,
  isWake,
  WORKER_HUNG_MS,
  WORKER_REST_MS,
  type WorkerReport,
} from '@/lib/runtime/worker-messages'
import { rebuildCustoms } from '@/lib/services/custom/rebuild-customs'
import { joinLabels } from '@/lib/services/labels/join-labels'
import { deliverDue } from '@/lib/services/notifications/deliver-due'
import { sendHeartbeat } from '@/lib/services/notifications/heartbeat'
import { watchSelf } from '@/lib/services/notifications/watch-self'
import { sweepRetention } from '@/lib/services/retention/sweep-retention'
import { rebuildSlices } from '@/lib/services/summaries/rebuild-slices'
import { rebuildSummaries } from '@/lib/services/summaries/rebuild-summaries'
import { summarise } from '@/lib/services/summaries/summarise'
import { evaluateDue } from '@/lib/services/verdicts/evaluate-due'

/** Windows judged in one step: small enough that summarising never waits long. */
const WINDOWS_A_STEP = 20
const SWEEP_EVERY_MS = 3_600_000
/** Destinations, the disk, shippers and the outside watcher. */
const WATCH_EVERY_MS = 15_000
/** The heartbeat in the store is for people; the server hears each round over IPC. */
const HEARTBEAT_EVERY_MS = 15_000
/** A second signal, or a step that does not end, must not keep the process. */
const GIVE_UP_MS = 9_000

async function main(): Promise<void> {
  stepBehindSenders()
  stepAsideForSenders()
  const app = await openWorkerApp(parseSettings(process.env))
  const ctx = () => app.contextFor(SYSTEM)
  const data: Stage[] = [
    {
      name: 'summarise',
      run: async () => {
        const { records, isMore } = await summarise(ctx())
        // What came meanwhile waits for the next wake: many small steps cost far more than few large ones.
        return { found: records, isMore }
      },
    },
    { name: 'join labels', run: async () => (await joinLabels(ctx())).labels },
    { name: 'rebuild summaries', run: async () => (await rebuildSummaries(ctx())).records },
    { name: 'rebuild slices', run: async () => (await rebuildSlices(ctx())).records },
    { name: 'rebuild custom metrics', run: async () => (await rebuildCustoms(ctx())).records },
    { name: 'evaluate', run: () => evaluateDue(ctx(), WINDOWS_A_STEP) },
    { name: 'sweep retention', everyMs: SWEEP_EVERY_MS, run: () => sweepRetention(ctx()) },
  ]
  const failing = new Map<string, Round['failing']>()
  const failingNow = () => Object.assign({}, ...failing.values()) as Round['failing']
  const startedMs = app.now()
  let steppedMs = startedMs
  // A lane of its own: a receiver that hangs must not hold up the verdicts.
  const messages: Stage[] = [
    { name: 'deliver', run: () => deliverDue(ctx()) },
    {
      name: 'watch itself',
      everyMs: WATCH_EVERY_MS,
      run: async () => {
        const room = await readStorageRoom(app.settings.dataDir)
        return watchSelf(ctx(), { room, failing: failingNow(), upSinceMs: startedMs })
      },
    },
    {
      name: 'sign of life',
      everyMs: WATCH_EVERY_MS,
      run: () => {
        const isWorking = Object.keys(failingNow()).length === 0 && app.now() - steppedMs < WORKER_HUNG_MS
        return sendHeartbeat(ctx(), isWorking)
      },
    },
  ]
  const counter = createStageCounter(app.now)
  const common = { restMs: WORKER_REST_MS, now: app.now, logger: app.logger }
  const tell = (lane: string, round: Round): Round => {
    failing.set(lane, round.failing)
    const both = { ...round, failing: failingNow() }
    report(both)
    return both
  }
  const delivering = startStageLoop({
    ...common,
    stages: messages.map(counter.count),
    onRound: (round) => {
      tell('messages', round)
    },
  })
  const heartbeat = createHeartbeat(app, counter)
  const working = startStageLoop({
    ...common,
    stages: data.map(counter.count),
    onStep: () => {
      steppedMs = app.now()
      beat()
    },
    onRound: async (round) => {
      const both = tell('data', round)
      if (round.worked.includes('evaluate')) delivering.wake()
      await heartbeat(both)
    },
  })

  process.on('message', (message) => {
    if (isWake(message)) working.wake()
  })
  const stop = async () => {
    setTimeout(() => process.exit(1), GIVE_UP_MS).unref()
    await Promise.all([working.stop(), delivering.stop()])
    await app.close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  // Ctrl-C reaches the whole process group; the server decides when the worker ends.
  process.on('SIGINT', () => {})
  // The server is gone, however it went: its next incarnation starts a worker of its own.
  process.on('disconnect', stop)
  // It may have died while the stores were being opened: then that event is over.
  if (process.connected === false) await stop()
}

/** Writes the newest round to the store now and then. */
function createHeartbeat(app: App, counter: StageCounter): (round: Round) => Promise<void> {
  const startedMs = app.now()
  let writtenMs = 0
  return async (round) => {
    if (round.atMs - writtenMs < HEARTBEAT_EVERY_MS && round.atMs >= writtenMs) return
    writtenMs = round.atMs
    const tick: WorkerTick = { atMs: round.atMs, failing: round.failing, startedMs, stages: counter.stats() }
    await app.stores.metadata.setSetting(WORKER_TICK_SETTING, JSON.stringify(tick))
  }
}

/** Rounds without work are over in a millisecond; only long ones need signs of life. */
const BEAT_EVERY_MS = 1_000
let beatMs = 0

function beat(): void {
  const nowMs = performance.now()
  if (nowMs - beatMs < BEAT_EVERY_MS) return
  beatMs = nowMs
  if (process.connected) process.send?.(BEAT, () => {})
}

function report(round: Round): void {
  const message: WorkerReport = {
    kind: 'round',
    atMs: round.atMs,
    worked: [...round.worked],
    failing: { ...round.failing },
  }
  if (process.connected) process.send?.(message, () => {})
}

main().catch((error: unknown) => {
  process.stderr.write(`The worker cannot start: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
