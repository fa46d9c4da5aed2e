/** Owns finding where trouble began that earlier windows show: back over stored breaches, one window after the other. */
import type { Context } from '@/lib/access/context'
import { type advanceMonitors, needsBreachRun } from '@/lib/alert/advance-monitors'
import { BREACH_VERDICTS } from '@/lib/domain/evaluation'

/** Windows looked back on; a longer run is cut, and found when its own windows are judged. */
const MAX_WINDOWS = 1_000

/** By monitor: start of the unbroken run of breaches before this window, for those whose onset this window moves. */
export async function findBreachRuns(
  ctx: Context,
  input: Parameters<typeof needsBreachRun>[0] & Pick<Parameters<typeof advanceMonitors>[0], 'window'>,
  versionId: number,
): Promise<Map<number, number>> {
  const runs = new Map<number, number>()
  const { startMs, endMs } = input.window
  const sizeMs = endMs - startMs
  for (const monitorId of needsBreachRun(input)) {
    const stored = await ctx.metadata.listEvaluations({
      versionIds: [versionId],
      monitorId,
      range: { startMs: startMs - MAX_WINDOWS * sizeMs, endMs: startMs },
      limit: MAX_WINDOWS,
      withDetail: false,
    })
    const breached = new Map(
      stored
        .filter(({ verdict }) => BREACH_VERDICTS.has(verdict))
        .map((row) => [row.windowEndMs, row.windowStartMs]),
    )
    let begin = startMs
    for (let earlier = breached.get(begin); earlier !== undefined; earlier = breached.get(begin))
      begin = earlier
    runs.set(monitorId, begin)
  }
  return runs
}
