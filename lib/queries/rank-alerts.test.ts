import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { EvaluationDetail } from '@/lib/domain/evaluation'
import { HOUR_MS } from '@/lib/domain/time'
import { getFleet } from '@/lib/queries/fleet'
import { listAlertItems } from '@/lib/queries/list-alert-items'
import { getModelOverview } from '@/lib/queries/model-overview'
import { judge, NOW_MS, openAlert, readerContext, seedVersion } from '@/lib/queries/testing'

describe('the worst alert', () => {
  it('is the one furthest beyond its limit, not the newest: in the list, among the models, and on the page of one', async () => {
    await using stores = await openTestStores()
    const ctx = readerContext(stores)
    const fire = async (
      name: string,
      value: number,
      detail: EvaluationDetail,
      firedHoursAgo: number,
      gone = false,
    ) => {
      const seeded = await seedVersion(stores, name, ['income'])
      const [monitor] = seeded.monitors
      const firedMs = NOW_MS - firedHoursAgo * HOUR_MS
      const verdict = gone ? 'all_missing' : 'severe'
      await judge(stores, monitor, 2, { verdict, value, detail }, [
        openAlert(seeded, { severity: 'critical', firedMs }),
      ])
      return seeded
    }
    await fire('newest', 0.3, {}, 1)
    await fire('far', 0.5, {}, 4)
    // What the judge says of the distance to the limit counts more than the quotient: accuracy is bad when it falls.
    await fire('further', 0.05, { limitRatio: 7 }, 3)
    const gone = await fire('gone', 0, {}, 5, true)
    const order = ['gone', 'further', 'far', 'newest']
    expect(
      (await listAlertItems(ctx, { tab: 'open', before: null })).items.map(({ model }) => model),
    ).toEqual(order)
    expect((await getFleet(ctx)).rows.map(({ model }) => model)).toEqual(order)

    const [monitor] = gone.monitors
    await judge(stores, monitor, 1, { verdict: 'drift', value: 0.2 }, [
      openAlert(gone, { severity: 'critical', cause: 'schema', firedMs: NOW_MS, dedupKey: 'second' }),
    ])
    const range = { startMs: NOW_MS - 24 * HOUR_MS, endMs: NOW_MS }
    const { alerts } = await getModelOverview(ctx, gone.model, gone.version, [gone.version], range)
    expect(alerts.map(({ cause }) => cause)).toEqual(['input_drift', 'schema'])
  })
})
