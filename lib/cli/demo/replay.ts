/** Owns sending the demo's traffic: two weeks at once, then as it happens. */
import { type DemoClient, sleep } from '@/lib/cli/demo/demo-client'
import { MODEL, type Story } from '@/lib/cli/demo/story'
import { type Decision, decisionsOf } from '@/lib/cli/demo/traffic'
import { alignDown, DAY_MS, HOUR_MS, utcDay } from '@/lib/domain/time'

const BATCH_SIZE = 1_000
/** The last hours come as live records, so that what is wrong right now raises live alerts. */
const LIVE_TAIL_MS = 6 * HOUR_MS

export interface World {
  readonly seed: number
  readonly story: Story
  readonly perHour: number
}

type LabelToCome = NonNullable<Decision['label']>

/** What was sent, and labels that lie in the future. */
export interface ReplayState {
  records: number
  labels: number
  labelsToCome: LabelToCome[]
}

/**
 * Sends everything from the start of the story to `nowMs`, day by day, records first, then the labels known by then.
 * @param say called with a line for each day
 */
export async function replayHistory(
  client: DemoClient,
  world: World,
  nowMs: number,
  say: (line: string) => void,
): Promise<ReplayState> {
  const state: ReplayState = { records: 0, labels: 0, labelsToCome: [] }
  for (let dayMs = world.story.startMs; dayMs <= nowMs; dayMs += DAY_MS) {
    const decisions = decisionsBetween(world, dayMs, Math.min(dayMs + DAY_MS, nowMs + 1))
    const isTail = (decision: Decision) => decision.atMs >= nowMs - LIVE_TAIL_MS
    await sendRecords(
      client,
      decisions.filter((decision) => !isTail(decision)),
      true,
    )
    await sendRecords(client, decisions.filter(isTail), false)
    state.records += decisions.length
    for (const { label } of decisions) if (label) state.labelsToCome.push(label)
    const labels = await sendLabels(client, state, Math.min(dayMs + DAY_MS, nowMs))
    say(
      `${utcDay(dayMs)}  ${decisions.length.toLocaleString('en-US')} decisions, ${labels.toLocaleString('en-US')} labels`,
    )
  }
  return state
}

/** Sends decisions and labels as their time comes, about once a second, until `signal` is aborted. */
export async function trickle(
  client: DemoClient,
  world: World,
  state: ReplayState,
  sinceMs: number,
  signal: AbortSignal,
): Promise<void> {
  let sentUpToMs = sinceMs
  while (!signal.aborted) {
    await sleep(1_000)
    const nowMs = Date.now()
    const decisions = decisionsBetween(world, sentUpToMs + 1, nowMs + 1)
    await sendRecords(client, decisions, false)
    state.records += decisions.length
    for (const { label } of decisions) if (label) state.labelsToCome.push(label)
    state.labels += await sendLabels(client, state, nowMs)
    sentUpToMs = nowMs
  }
}

let lastHour: { key: string; decisions: Decision[] } | null = null

/** Decisions in [fromMs, toMs). */
function decisionsBetween({ seed, story, perHour }: World, fromMs: number, toMs: number): Decision[] {
  const found: Decision[] = []
  for (let hourMs = alignDown(fromMs, HOUR_MS); hourMs < toMs; hourMs += HOUR_MS) {
    const key = `${seed}:${story.startMs}:${perHour}:${hourMs}`
    if (lastHour?.key !== key) lastHour = { key, decisions: decisionsOf(seed, story, perHour, hourMs) }
    for (const decision of lastHour.decisions) {
      if (decision.atMs >= fromMs && decision.atMs < toMs) found.push(decision)
    }
  }
  return found
}

async function sendRecords(
  client: DemoClient,
  decisions: readonly Decision[],
  backfill: boolean,
): Promise<void> {
  for (let start = 0; start < decisions.length; start += BATCH_SIZE) {
    const lines = decisions.slice(start, start + BATCH_SIZE).map(({ line }) => line)
    const path = `/api/v1/ingest/${MODEL}${backfill ? '?backfill=1' : ''}`
    await client.send('POST', path, lines.join('\n'), 'application/x-ndjson')
  }
}

async function sendLabels(client: DemoClient, state: ReplayState, upToMs: number): Promise<number> {
  const ready = state.labelsToCome.filter(({ atMs }) => atMs <= upToMs)
  if (ready.length === 0) return 0
  state.labelsToCome = state.labelsToCome.filter(({ atMs }) => atMs > upToMs)
  for (let start = 0; start < ready.length; start += BATCH_SIZE) {
    const lines = ready.slice(start, start + BATCH_SIZE).map(({ line }) => line)
    await client.send('POST', `/api/v1/labels/${MODEL}`, lines.join('\n'), 'application/x-ndjson')
  }
  return ready.length
}
