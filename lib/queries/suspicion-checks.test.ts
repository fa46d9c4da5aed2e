import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { Alert } from '@/lib/domain/alert'
import { HOUR_MS, WEEK_MS } from '@/lib/domain/time'
import { getAlertPage } from '@/lib/queries/alert-page'
import { checkSuspicions } from '@/lib/queries/suspicion-checks'
import { judge, NOW_MS, openAlert, readerContext, seedVersion } from '@/lib/queries/testing'

const WEEK_HOURS = WEEK_MS / HOUR_MS

async function firing(
  earlier: readonly ('drift' | 'ok')[],
  upstreamHoursAgo: number | null,
  joinedHoursAgo?: number,
  upstream: Partial<Alert> = {},
  own: Partial<Alert> = {},
) {
  const stores = await openTestStores()
  const seeded = await seedVersion(stores, 'fraud', ['amount'])
  const [monitor] = seeded.monitors
  for (const [index, verdict] of earlier.entries())
    await judge(stores, monitor, 3 + (index + 1) * WEEK_HOURS, {
      verdict,
      value: verdict === 'ok' ? 0.05 : 0.3,
    })
  if (upstreamHoursAgo !== null) {
    const other = await seedVersion(stores, 'churn', ['amount'])
    const onsetMs = NOW_MS - upstreamHoursAgo * HOUR_MS
    const joinedMs = NOW_MS - (joinedHoursAgo ?? upstreamHoursAgo) * HOUR_MS
    const members = openAlert(other).members.map((member) => ({ ...member, onsetMs: joinedMs }))
    const alert = openAlert(other, { members, onsetMs, firedMs: onsetMs, dedupKey: 'other', ...upstream })
    await judge(stores, other.monitors[0], 2, { verdict: 'drift', value: 0.3 }, [alert])
  }
  await judge(stores, monitor, 3, { verdict: 'drift', value: 0.4 }, [openAlert(seeded, own)])
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
    ['began before on another model', 9, undefined, 'yes'],
    ['began after on another model', 1, undefined, 'no'],
    ['joined an older alert of another model only later', 9, 1, 'no'],
    ['moved nowhere else', null, undefined, 'no'],
  ] as const)('ask upstream: the same column %s', async (_, hoursAgo, joinedHoursAgo, answer) => {
    const { stores, ctx, alertId } = await firing([], hoursAgo, joinedHoursAgo)
    await using _stores = stores
    const { checks } = await getAlertPage(ctx, alertId)
    const check = checks.find(({ question }) => /earlier elsewhere/.test(question))
    expect(check?.answer).toBe(answer)
    expect(/amount moved before that on churn v1/.test(check?.sentence ?? '')).toBe(answer === 'yes')
  })

  it.each([
    ['that still covers this one', 9, {}, 'yes'],
    ['that ended while this one lasted', 9, { state: 'resolved', resolvedMs: NOW_MS - HOUR_MS }, 'yes'],
    ['that ended before this one began', 9, { state: 'resolved', resolvedMs: NOW_MS - 4 * HOUR_MS }, 'no'],
    ['that began after it', 1, {}, 'no'],
  ] as const)('ask upstream: the same column in back-filled history %s', async (_, hoursAgo, end, answer) => {
    const { stores, ctx, alertId } = await firing([], hoursAgo, undefined, { historical: true, ...end })
    await using _stores = stores
    const { checks } = await getAlertPage(ctx, alertId)
    const check = checks.find(({ question }) => /earlier elsewhere/.test(question))
    expect([check?.answer, check?.sentence]).toEqual([
      answer,
      answer === 'yes'
        ? 'amount moved before that on churn v1, as its back-filled records show.'
        : 'No alert of the same time shows them moving earlier.',
    ])
  })

  it('ask upstream of history too: what is open now and began before', async () => {
    const { stores, ctx, alertId } = await firing([], 9, undefined, {}, { historical: true })
    await using _stores = stores
    const { checks } = await getAlertPage(ctx, alertId)
    const check = checks.find(({ question }) => /earlier elsewhere/.test(question))
    expect(check?.sentence).toBe('amount moved before that on churn v1.')
  })

  it('do not call an older alert of the same version upstream of this one', async () => {
    await using stores = await openTestStores()
    const seeded = await seedVersion(stores, 'fraud', ['amount'])
    const [monitor] = seeded.monitors
    const onsetMs = NOW_MS - 9 * HOUR_MS
    const members = openAlert(seeded).members.map((member) => ({ ...member, onsetMs }))
    const older = { members, onsetMs, firedMs: onsetMs, cause: 'schema', dedupKey: 'older' } as const
    await judge(stores, monitor, 4, { verdict: 'drift', value: 0.4 }, [openAlert(seeded, older)])
    await judge(stores, monitor, 3, { verdict: 'drift', value: 0.4 }, [openAlert(seeded)])
    const alerts = await stores.metadata.listAlerts({ limit: 10 })
    const id = alerts.find(({ cause }) => cause === 'input_drift')?.id ?? 0
    const { checks, similar } = await getAlertPage(readerContext(stores), id)
    expect(checks.find(({ question }) => /earlier elsewhere/.test(question))?.answer).toBe('no')
    expect(similar.related).toHaveLength(1)
  })

  it('look at the last breach when nothing arrives any more, whatever else is known of older windows', async () => {
    await using stores = await openTestStores()
    const seeded = await seedVersion(stores, 'fraud', ['amount', 'idle'])
    const [amount, idle] = seeded.monitors
    if (!amount || !idle) throw new Error('no monitor')
    const members = openAlert(seeded).members.slice(0, 1)
    await judge(stores, idle, 4, { verdict: 'ok', value: 0 })
    await judge(stores, amount, 3, { verdict: 'drift', value: 0.4 }, [openAlert(seeded, { members })])
    const [alert] = await stores.metadata.listAlerts({ limit: 1 })
    const look = () => getAlertPage(readerContext(stores), alert?.id ?? 0)
    expect((await look()).checkedIn).toBe('newest')
    await judge(stores, amount, 1, { verdict: 'no_data', value: 0, n: 0 })
    const page = await look()
    expect(page.checkedIn).toBe('last_breach')
    expect(page.around.map(({ windowStartMs }) => windowStartMs)).toEqual([NOW_MS - 3 * HOUR_MS])
  })

  it.each([
    [0, 280, 'There is none in 280 records, which are too few to rule it out.'],
    [0, 0, 'No record arrived to tell by.'],
    [0.01, 280, 'There is too little data to tell.'],
  ])('say how little there is to tell by: a share of %s in %s records', async (value, n, sentence) => {
    await using stores = await openTestStores()
    const seeded = await seedVersion(stores, 'fraud', ['amount'])
    const [monitor] = seeded.monitors
    await judge(stores, monitor, 3, { verdict: 'not_enough_data', value, n })
    const [row] = await stores.metadata.latestEvaluations([seeded.version.id])
    if (!row) throw new Error('not judged')
    const { model, version } = seeded
    const checks = checkSuspicions({
      alert: openAlert(seeded),
      model,
      version,
      versions: [version],
      around: [{ ...row, metric: 'type_changed_share' }],
      members: [],
      nowMs: NOW_MS,
    })
    expect(checks.find(({ question }) => /type change/.test(question))).toMatchObject({
      answer: 'unknown',
      sentence,
    })
  })
})
