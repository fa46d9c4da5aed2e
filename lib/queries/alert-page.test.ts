import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { DAY_MS } from '@/lib/domain/time'
import { getAlertPage } from '@/lib/queries/alert-page'
import { listAlertItems } from '@/lib/queries/list-alert-items'
import { judge, NOW_MS, openAlert, readerContext, seedVersion } from '@/lib/queries/testing'

describe('the alert page', () => {
  it('ranks what contributes and answers the first suspicions', async () => {
    await using stores = await openTestStores()
    const seeded = await seedVersion(stores, 'credit', ['income'])
    const [income] = seeded.monitors
    if (!income) throw new Error('seed')
    await judge(stores, income, 4, { verdict: 'ok', value: 0.02 })
    const detail = { meanReference: 50, meanCurrent: 5_010 }
    await judge(stores, income, 3, { verdict: 'severe', value: 0.9, detail }, [openAlert(seeded)])
    const [alert] = await stores.metadata.listAlerts({ limit: 1 })
    const page = await getAlertPage(readerContext(stores), alert?.id ?? 0)
    expect(page.members.map((member) => member.ratio)).toEqual([9])
    expect(page.record).toEqual({ judged: 2, breached: 1 })
    const answers = Object.fromEntries(page.checks.map((check) => [check.question, check.answer]))
    expect(answers).toMatchObject({
      'Did data stop arriving?': 'no',
      'Did a unit change (×10, ×100, ×1000)?': 'yes',
      'Did missing values surge?': 'unknown',
      'Was there a new version?': 'no',
    })
  })

  it('is not found for an alert that does not exist', async () => {
    await using stores = await openTestStores()
    await expect(getAlertPage(readerContext(stores), 7)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the list of alerts', () => {
  it('keeps each alert in the one tab that says what people did about it', async () => {
    await using stores = await openTestStores()
    const seeded = await seedVersion(stores, 'credit', ['income'])
    const [income] = seeded.monitors
    if (!income) throw new Error('seed')
    const changes = [
      { id: -1, dedupKey: 'open' },
      { id: -2, dedupKey: 'taken', acknowledgedBy: 'ada', acknowledgedMs: NOW_MS },
      { id: -3, dedupKey: 'quiet', silencedUntilMs: NOW_MS + DAY_MS, silenceReason: 'why' },
      { id: -4, dedupKey: 'over', silencedUntilMs: NOW_MS - 1, silenceReason: 'why' },
      { id: -5, dedupKey: 'past', historical: true },
      { id: -6, dedupKey: 'done', state: 'resolved', resolvedMs: NOW_MS, resolution: 'manual' },
    ] as const
    const alerts = changes.map((change) => openAlert(seeded, change))
    await judge(stores, income, 3, { verdict: 'drift', value: 0.3 }, alerts)
    const ctx = readerContext(stores)
    const sizes: Record<string, number> = {}
    for (const tab of ['open', 'acknowledged', 'silenced', 'resolved', 'historical'] as const) {
      sizes[tab] = (await listAlertItems(ctx, { tab, before: null })).items.length
    }
    expect(sizes).toEqual({ open: 2, acknowledged: 1, silenced: 1, resolved: 1, historical: 1 })
  })
})
