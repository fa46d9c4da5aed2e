import { expect, it } from 'vitest'
import type { WindowVerdict } from '@/db/contracts/evaluation-records'
import { openTestStores } from '@/db/sqlite/testing'
import type { Context } from '@/lib/access/context'
import { HOUR_MS } from '@/lib/domain/time'
import { NOW_MS, workerContext } from '@/lib/services/summaries/summary-testing'
import { commitJudged } from '@/lib/services/verdicts/commit-judged'
import { type JudgedWindow, passOver } from '@/lib/services/verdicts/evaluate-window'

/** An hour of a version of its own, due and judged; `change` is what its verdict writes besides. */
async function judged(
  ctx: Context,
  version: string,
  change: Partial<WindowVerdict> = {},
): Promise<JudgedWindow> {
  const { id: versionId } = (await ctx.metadata.registerVersion('m', version, NOW_MS)).version
  const window = { startMs: NOW_MS - HOUR_MS, endMs: NOW_MS }
  await ctx.series.addDue([{ versionId, ...window, dueMs: NOW_MS, backfill: false }])
  const [due] = (await ctx.series.listDue(NOW_MS, 10)).filter((one) => one.versionId === versionId)
  if (!due) throw new Error('the window is due')
  const { decide } = passOver(due)
  return { due, decide: async () => ({ ...(await decide()), ...change }) }
}

/** History of an alert that does not exist cannot be written. */
const IMPOSSIBLE: Partial<WindowVerdict> = {
  events: [{ alertId: 999, atMs: NOW_MS, kind: 'fired', actor: 'plumbline', note: '' }],
}

it('gives back the windows that were committed, and names the one that could not be, which stays due', async () => {
  await using stores = await openTestStores()
  const ctx = workerContext(stores)
  const windows = [
    await judged(ctx, 'first'),
    await judged(ctx, 'second', IMPOSSIBLE),
    await judged(ctx, 'third'),
  ]
  const failed: JudgedWindow[] = []
  const committed = await commitJudged(ctx, windows, (window) => failed.push(window))
  expect(committed).toEqual([windows[0], windows[2]])
  expect(failed).toEqual([windows[1]])
  expect(await ctx.series.listDue(NOW_MS, 10)).toEqual([windows[1]?.due])
})

it('gives back all of them when they were committed together, and none of none', async () => {
  await using stores = await openTestStores()
  const ctx = workerContext(stores)
  const windows = [await judged(ctx, 'first'), await judged(ctx, 'second')]
  const never = () => expect.unreachable()
  expect(await commitJudged(ctx, windows, never)).toEqual(windows)
  expect(await commitJudged(ctx, [], never)).toEqual([])
  expect(await ctx.series.listDue(NOW_MS, 10)).toEqual([])
})
