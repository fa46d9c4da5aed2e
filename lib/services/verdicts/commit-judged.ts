/** Owns committing judged windows: many together, for each commit waits for the disk; one by one where that fails. */
import type { Context } from '@/lib/access/context'
import { isAppError } from '@/lib/domain/errors'
import type { JudgedWindow } from '@/lib/services/verdicts/evaluate-window'

/** People act seldom: meeting one a few times in a row is no chance any more. */
const MAX_TRIES = 5

/**
 * @param judged of different versions: each decides on what the commits before it left
 * @param onFailure hears which window could not be committed, and why; it holds up no other
 * @returns those that were committed
 */
export async function commitJudged(
  ctx: Context,
  judged: readonly JudgedWindow[],
  onFailure: (window: JudgedWindow, error: unknown) => void,
): Promise<readonly JudgedWindow[]> {
  if (judged.length > 1 && (await commitTogether(ctx, judged))) return judged
  const committed: JudgedWindow[] = []
  for (const window of judged) {
    try {
      await commitAlone(ctx, window)
      committed.push(window)
    } catch (error) {
      onFailure(window, error)
    }
  }
  return committed
}

/** @returns false when one of them failed: nothing was written, and which one it was shows when each is tried alone */
async function commitTogether(ctx: Context, judged: readonly JudgedWindow[]): Promise<boolean> {
  try {
    const verdicts = []
    for (const { decide } of judged) verdicts.push(await decide())
    await ctx.metadata.commitVerdicts(...verdicts)
    return true
  } catch {
    return false
  }
}

async function commitAlone(ctx: Context, { decide }: JudgedWindow): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await ctx.metadata.commitVerdicts(await decide())
    } catch (error) {
      // A person changed an alert in between: what the window does to it is decided again on what it has become.
      if (!isAppError(error) || error.code !== 'conflict' || tries === MAX_TRIES) throw error
    }
  }
}
