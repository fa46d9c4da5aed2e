import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { HOUR_MS, WEEK_MS } from '@/lib/domain/time'
import { getAlertPage } from '@/lib/queries/alert-page'
import {
  judge,
  NOW_MS,
  openAlert,
  readerContext,
  type SeededVersion,
  seedVersion,
} from '@/lib/queries/testing'

const WEEK_HOURS = WEEK_MS / HOUR_MS

async function firing(earlier: readonly ('drift' | 'ok')[], upstreamHoursAgo: number | null) {
  const stores = await openTestStores()
  const seeded = await seedVersion(stores, 'fraud', ['amount'])
  const [monitor] = seeded.monitors
  if (!monitor) throw new Error('no monitor')
  for (const [index, verdict] of earlier.entries())
    await judge(stores, monitor, 3 + (index + 1) * WEEK_HOURS, {
      verdict,
      value: verdict === 'ok' ? 0.05 : 0.3,
    })
  if (upstreamHoursAgo !== null) {
    const other: SeededVersion = await seedVersion(stores, 'churn', ['amount'])
    const onsetMs = NOW_MS - upstreamHoursAgo * HOUR_MS
    const alert = openAlert(other, { onsetMs, firedMs: onsetMs, dedupKey: 'other' })
    if (other.monitors[0])
      await judge(stores, other.monitors[0], 2, { verdict: 'drift', value: 0.3 }, [alert])
  }
  await judge(stores, monitor, 3, { verdict: 'drift', value: 0.4 }, [openAlert(seeded)])
  const alerts = await stores.metadata.listAlerts({ modelId: seeded.model.id, limit: 1 })
  return { stores, ctx: readerContext(stores), alertId: alerts[0]?.id ?? 0 }
}

describe('the first suspicions', () => {
  it.each([
    ['nothing is known of earlier weeks', [], 'unknown'],
    ['most weeks before were like it', ['drift', 'drift', 'ok'], 'yes'],
    ['the weeks before were within limits', ['ok', 'ok', 'drift'], 'no'],
  ] as const)('ask the calendar: %s', async (_, earlier, answer) => {
    const { stores, ctx, alertId } = await firing(earlier, null)
    await using _stores = stores
    const { checks, advice } = await getAlertPage(ctx, alertId)
    const check = checks.find(({ question }) => /calendar/.test(question))
    expect(check?.answer).toBe(answer)
    expect(/same time of earlier weeks/.test(advice[0] ?? '')).toBe(answer === 'yes')
  })

  it.each([
    ['began before on another model', 9, 'yes'],
    ['began after on another model', 1, 'no'],
    ['moved nowhere else', null, 'no'],
  ] as const)('ask upstream: the same column %s', async (_, hoursAgo, answer) => {
    const { stores, ctx, alertId } = await firing([], hoursAgo)
    await using _stores = stores
    const { checks } = await getAlertPage(ctx, alertId)
    const check = checks.find(({ question }) => /earlier elsewhere/.test(question))
    expect(check?.answer).toBe(answer)
    expect(/amount moved before that on churn v1/.test(check?.sentence ?? '')).toBe(answer === 'yes')
  })
})
