/** Owns the step from summaries to verdicts: judges the windows whose time has come, in order, a batch a commit. */
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { DueWindow } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Version } from '@/lib/domain/model'
import { oncePer } from '@/lib/domain/once-per'
import { type EvaluationTarget, loadTarget } from '@/lib/queries/evaluation-target'
import { readSlices } from '@/lib/queries/read-slices'
import { TrafficHistory } from '@/lib/queries/traffic-history'
import { readRebuild } from '@/lib/services/summaries/rebuild-state'
import { scheduleEmptyWindows } from '@/lib/services/summaries/schedule-windows'
import { commitJudged } from '@/lib/services/verdicts/commit-judged'
import { BACKFILL_SETTLES_MS } from '@/lib/services/verdicts/due-windows'
import { endReplaced } from '@/lib/services/verdicts/end-replaced'
import { canJudge, type JudgedWindow, judgeDue, passOver } from '@/lib/services/verdicts/evaluate-window'
import { lookAgainForLabels, scheduleMaturedLabels } from '@/lib/services/verdicts/label-windows'

/**
 * Read beyond the limit: windows that must wait (their version is being rebuilt) hold up no others, and of a version
 * whose live windows are due all earlier ones are seen.
 */
const WAITING_ROOM = 10_000
/** A window whose evaluation failed is tried again after this long. */
const RETRY_MS = 60_000
/** Committed together: a fifth of the waiting for the disk, and few enough that whoever else waits to write does not feel it. */
const MAX_BATCH = 5

/** How often it is looked for versions that no longer serve. */
const END_EVERY_MS = 5_000

/** By store: when versions that no longer serve were looked for last. */
const endChecks = new WeakMap<MetadataStore, number>()

/** By store: versions that failed, and when to try them again. */
const failuresOf = oncePer((_store: MetadataStore) => new Map<number, number>())

/** What one run knows of a version. */
interface Candidate {
  /** null: nothing to judge by. */
  readonly target: EvaluationTarget | null
  readonly siblings: readonly Version[]
  /** Not now: its summaries are being made again, or it failed a moment ago. */
  readonly mustWait: boolean
}

async function loadCandidate(
  ctx: Context,
  versionId: number,
  retries: ReadonlyMap<number, number>,
): Promise<Candidate> {
  const target = await loadTarget(ctx, versionId)
  if (!target) return { target, siblings: [], mustWait: false }
  const rebuild = await readRebuild(ctx, versionId)
  const isRebuilding = rebuild !== null && rebuild.state !== 'done'
  const siblings = await ctx.metadata.listVersions(target.model.id)
  return { target, siblings, mustWait: isRebuilding || (retries.get(versionId) ?? 0) > ctx.nowMs }
}

/**
 * Versions with live records first, so that a long import delays no page; oldest window first within. History that is
 * still settling (labels may touch it for long) is judged at once when a later window of its version is due: trouble has
 * to be met in the order of time, else it would seem to have begun later, or be missed behind what came after it.
 */
function inOrder(listed: readonly DueWindow[], nowMs: number): DueWindow[] {
  const lastDue = new Map<number, number>()
  const live = new Set<number>()
  for (const { versionId, startMs, dueMs, backfill } of listed) {
    if (dueMs > nowMs) continue
    if (!backfill) live.add(versionId)
    lastDue.set(versionId, Math.max(startMs, lastDue.get(versionId) ?? startMs))
  }
  const isReady = ({ versionId, startMs, dueMs, backfill }: DueWindow) =>
    dueMs <= nowMs || (backfill && startMs < (lastDue.get(versionId) ?? Number.NEGATIVE_INFINITY))
  const rank = ({ versionId }: DueWindow) => (live.has(versionId) ? 0 : 1)
  return listed
    .filter(isReady)
    .sort((a, b) => rank(a) - rank(b) || a.startMs - b.startMs || a.versionId - b.versionId)
}

/**
 * Judges up to `limit` windows that are due, oldest first, and makes due the empty windows of versions whose
 * records stopped. The failure of one version is logged and holds up no other.
 * @returns windows settled; 0 when there is nothing to do now
 */
export async function evaluateDue(ctx: Context, limit: number): Promise<number> {
  requireScope(ctx.principal, 'admin')
  await scheduleEmptyWindows(ctx)
  await scheduleMaturedLabels(ctx)
  const listed = await ctx.series.listDue(ctx.nowMs + BACKFILL_SETTLES_MS, limit + WAITING_ROOM)
  const ordered = inOrder(listed, ctx.nowMs)
  await endReplacedNowAndThen(ctx, listed)
  if (ordered.length === 0) return 0
  const retries = failuresOf(ctx.metadata)
  const candidates = new Map<number, Candidate>()
  const history = new TrafficHistory(ctx, Math.max(...ordered.slice(0, limit).map((due) => due.endMs)))
  const failed = ({ due }: Pick<JudgedWindow, 'due'>, error: unknown) => {
    retries.set(due.versionId, ctx.nowMs + RETRY_MS)
    const candidate = candidates.get(due.versionId)
    if (candidate) candidates.set(due.versionId, { ...candidate, mustWait: true })
    ctx.logger.error(
      { err: error, versionId: due.versionId, windowStartMs: due.startMs },
      'a window could not be judged',
    )
  }
  let settled = 0
  const judged: JudgedWindow[] = []
  const commit = async () => {
    const committed = await commitJudged(ctx, judged.splice(0), failed)
    settled += committed.length
    for (const { due } of committed) lookAgainForLabels(ctx, due.versionId)
  }
  for (const due of ordered) {
    if (settled + judged.length >= limit) break
    // A window is judged on what the one before it left.
    const isOfOne = judged.some((window) => window.due.versionId === due.versionId)
    if (isOfOne || judged.length >= MAX_BATCH) await commit()
    const known = candidates.get(due.versionId)
    const candidate = known ?? (await loadCandidate(ctx, due.versionId, retries))
    candidates.set(due.versionId, candidate)
    if (candidate.mustWait) continue
    try {
      judged.push(await judgeCandidate(ctx, candidate, due, history))
    } catch (error) {
      failed({ due }, error)
    }
  }
  await commit()
  return settled
}

async function endReplacedNowAndThen(ctx: Context, listed: readonly DueWindow[]): Promise<void> {
  const lastMs = endChecks.get(ctx.metadata)
  if (lastMs !== undefined && ctx.nowMs - lastMs < END_EVERY_MS && ctx.nowMs >= lastMs) return
  endChecks.set(ctx.metadata, ctx.nowMs)
  const waiting = new Set(listed.map(({ versionId }) => versionId))
  await endReplaced(ctx, (versionId) => waiting.has(versionId))
}

async function judgeCandidate(
  ctx: Context,
  { target, siblings }: Candidate,
  due: DueWindow,
  history: TrafficHistory,
): Promise<JudgedWindow> {
  if (!target || !canJudge(ctx, target, due)) return passOver(due)
  const { cadence } = target.model.settings
  const trailing = await history.before(target.version, siblings, cadence, due)
  // A due window names its version, which is not what slices are read under.
  const slices = await readSlices(ctx, target, { startMs: due.startMs, endMs: due.endMs }, history)
  return judgeDue(ctx, target, due, trailing, slices)
}
