import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { DAY_MS, HOUR_MS } from '@/lib/domain/time'
import { getAlertPage } from '@/lib/queries/alert-page'
import { listAlertItems } from '@/lib/queries/list-alert-items'
import { judge, NOW_MS, openAlert, readerContext, seedVersion } from '@/lib/queries/testing'

const bins = { edges: [0, 50, 100], reference: [0.5, 0.5], current: [0.1, 0.9] }

describe('the alert page', () => {
  it('shows records of the window it tells of, not the newest', async () => {
    await using stores = await openTestStores()
    const seeded = await seedVersion(stores, 'credit', ['income'])
    const [income] = seeded.monitors
    await judge(stores, income, 3, { verdict: 'severe', value: 0.9 }, [openAlert(seeded)])
    const [alert] = await stores.metadata.listAlerts({ limit: 1 })
    const ctx = readerContext(stores)
    const { sampled } = await getAlertPage(ctx, alert?.id ?? 0)
    const records = [-1, 0, 1, HOUR_MS].map((afterMs) => ({
      id: `after ${afterMs}`,
      at: sampled.startMs + afterMs,
      f: { income: afterMs, age: 1 },
    }))
    const group = { model: 'credit', version: seeded.version.name, records, indexes: [0, 1, 2, 3] }
    await stores.logWriter.append({
      receivedMs: NOW_MS,
      backfill: true,
      records: [group],
      labels: [],
      refusals: [],
      idempotency: null,
    })
    const { samples } = await getAlertPage(ctx, alert?.id ?? 0)
    expect(samples.chosen).toBe('first')
    expect(samples.records.map(({ id, values }) => [id, values])).toEqual([
      ['after 0', [{ name: 'income', text: '0', isBreached: false }]],
      ['after 1', [{ name: 'income', text: '1', isBreached: false }]],
    ])
  })

  it('shows records from the cells whose share rose most, and nothing that the rules of today hide', async () => {
    await using stores = await openTestStores()
    const seeded = await seedVersion(stores, 'credit', ['income', 'age'])
    const [income, age] = seeded.monitors
    await judge(stores, age, 3, { verdict: 'drift', value: 0.2, detail: { bins } })
    const detail = { bins: { edges: [0, 25, 50, 100], reference: [0.5, 0.4, 0.1], current: [0.2, 0.2, 0.6] } }
    await judge(stores, income, 3, { verdict: 'severe', value: 0.9, detail }, [openAlert(seeded)])
    const [alert] = await stores.metadata.listAlerts({ limit: 1 })
    const ctx = readerContext(stores)
    const startMs = NOW_MS - 3 * HOUR_MS
    const records = Array.from({ length: 300 }, (_, at) => ({
      id: `r${at}`,
      at: startMs + at,
      f: { income: at % 100, age: 10 },
      p: 'yes',
    }))
    await stores.logWriter.append({
      receivedMs: NOW_MS,
      backfill: true,
      records: [{ model: 'credit', version: 'v1', records, indexes: records.map((_, at) => at) }],
      labels: [],
      refusals: [],
      idempotency: null,
    })
    const page = await getAlertPage(ctx, alert?.id ?? 0)
    expect(page.breaches).toMatchObject([
      { name: 'income', cells: [{ from: 50, to: 100, before: 0.1, now: 0.6 }] },
    ])
    expect(page.samples).toMatchObject({ chosen: 'breached', lookedAt: 300 })
    expect(page.samples.records.map(({ id }) => id)).toEqual(['r50', 'r51', 'r52', 'r53', 'r54'])
    expect(page.samples.records[0]?.values[0]).toEqual({ name: 'income', text: '50', isBreached: true })
    const rules = [
      { path: 'features.income', to: null, treatment: 'redact' as const },
      { path: 'prediction_id', to: null, treatment: 'hash' as const },
    ]
    await stores.metadata.addFieldRules(seeded.model.id, rules, 'ada', NOW_MS, null)
    const { samples } = await getAlertPage(ctx, alert?.id ?? 0)
    expect(samples.records[0]).toMatchObject({
      id: '[redacted]',
      prediction: 'yes',
      values: [{ name: 'income', text: '[redacted]', isBreached: true }],
    })
    expect(samples.hides('income')).toBe(true)
  })

  it('ranks what contributes and answers the first suspicions', async () => {
    await using stores = await openTestStores()
    const seeded = await seedVersion(stores, 'credit', ['income'])
    const [income] = seeded.monitors
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

  it('shows the worst window of an alert that is over, and looks for suspicions in its own windows', async () => {
    await using stores = await openTestStores()
    const seeded = await seedVersion(stores, 'credit', ['income', 'age'])
    const [income] = seeded.monitors
    const onsetMs = NOW_MS - 9 * HOUR_MS
    await judge(stores, income, 10, { verdict: 'ok', value: 0.02 })
    await judge(stores, income, 9, { verdict: 'drift', value: 0.2 })
    await judge(stores, income, 8, { verdict: 'severe', value: 0.9, detail: { bins } })
    const over = { state: 'resolved', resolvedMs: NOW_MS - 5 * HOUR_MS, resolution: 'recovered' } as const
    const alert = openAlert({ ...seeded, monitors: [income] }, { onsetMs, ...over })
    await judge(stores, income, 7, { verdict: 'drift', value: 0.12 }, [alert])
    await judge(stores, income, 6, { verdict: 'ok', value: 0.01 })
    // Worse than anything in the alert, but after its end.
    await judge(stores, income, 2, { verdict: 'severe', value: 0.95 })
    const [stored] = await stores.metadata.listAlerts({ limit: 1 })
    const page = await getAlertPage(readerContext(stores), stored?.id ?? 0)
    expect(page.members.map((member) => [member.evaluation.value, member.ratio])).toEqual([[0.9, 9]])
    expect(page.members[0]?.evaluation.detail.bins).toEqual(bins)
    expect(page.shape?.onsetMs).toBe(onsetMs)
    expect(page.checks[0]).toMatchObject({
      answer: 'no',
      sentence: 'Records arrived in the windows of this alert.',
    })
  })

  it('asks the newest window only while the alert lasts', async () => {
    await using stores = await openTestStores()
    const seeded = await seedVersion(stores, 'credit', ['income'])
    const [income] = seeded.monitors
    const around = async (state: 'firing' | 'resolved', dedupKey: string) => {
      const resolvedMs = state === 'resolved' ? NOW_MS - 4 * HOUR_MS : null
      const alert = openAlert(seeded, { state, resolvedMs, dedupKey, onsetMs: NOW_MS - 6 * HOUR_MS })
      await judge(stores, income, 6, { verdict: 'drift', value: 0.4 }, [alert])
      await judge(stores, income, 1, { verdict: 'ok', value: 0.01 })
      const stored = (await stores.metadata.listAlerts({ limit: 5 })).find((one) => one.dedupKey === dedupKey)
      const page = await getAlertPage(readerContext(stores), stored?.id ?? 0)
      return page.around.map((row) => (row.windowStartMs - NOW_MS) / HOUR_MS)
    }
    expect(await around('firing', 'open')).toEqual([-1])
    expect(await around('resolved', 'over')).toEqual([-6])
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
