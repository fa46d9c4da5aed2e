import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { DAY_MS } from '@/lib/domain/time'
import { getFleet } from '@/lib/queries/fleet'
import { ANONYMOUS, judge, NOW_MS, openAlert, readerContext, seedVersion } from '@/lib/queries/testing'

describe('the fleet', () => {
  it('lists the worst model first and says why in words', async () => {
    await using stores = await openTestStores()
    const calm = await seedVersion(stores, 'calm', ['income'])
    const [calmMonitor] = calm.monitors
    const firing = await seedVersion(stores, 'firing', ['income'])
    const [firingMonitor] = firing.monitors
    const possible = await seedVersion(stores, 'possible', ['income'])
    const [possibleMonitor] = possible.monitors
    await stores.metadata.registerVersion('bare', 'v1', NOW_MS)
    await judge(stores, calmMonitor, 2, { verdict: 'ok', value: 0.02 })
    await judge(stores, possibleMonitor, 2, { verdict: 'possible', value: 0.09 })
    await judge(stores, firingMonitor, 2, { verdict: 'drift', value: 0.4 }, [openAlert(firing)])

    const { rows } = await getFleet(readerContext(stores))
    expect(rows.map((row) => [row.model, row.status])).toEqual([
      ['firing', 'firing'],
      ['possible', 'possible'],
      ['bare', 'awaiting'],
      ['calm', 'ok'],
    ])
    expect(rows[0]).toMatchObject({ sentence: 'KS 0.40 > 0.1 on income', openAlerts: 1, severity: 'warning' })
    expect(rows[0]?.drift).toEqual([{ atMs: expect.any(Number), value: 4 }])
    expect(rows[3]?.sentence).toBe('All 1 columns are within their limits.')
  })

  it('ranks a silenced alert below one that nobody has silenced, and calls old news stale', async () => {
    await using stores = await openTestStores()
    const quiet = await seedVersion(stores, 'quiet', ['income'])
    const old = await seedVersion(stores, 'old', ['income'], 5 * DAY_MS)
    const [quietMonitor] = quiet.monitors
    const [oldMonitor] = old.monitors
    await judge(stores, quietMonitor, 2, { verdict: 'drift', value: 0.4 }, [
      openAlert(quiet, { silencedUntilMs: NOW_MS + DAY_MS, silenceReason: 'campaign' }),
    ])
    await judge(stores, oldMonitor, 130, { verdict: 'ok', value: 0.01 })
    const { rows } = await getFleet(readerContext(stores))
    expect(rows.map((row) => [row.model, row.status, row.isSilenced])).toEqual([
      ['quiet', 'firing', true],
      ['old', 'stale', false],
    ])
  })

  it('counts the open alerts of back-filled data without letting them decide the state', async () => {
    await using stores = await openTestStores()
    const imported = await seedVersion(stores, 'imported', ['income'])
    const [monitor] = imported.monitors
    await judge(stores, monitor, 2, { verdict: 'ok', value: 0.02 }, [
      openAlert(imported, { historical: true }),
    ])
    const { rows } = await getFleet(readerContext(stores))
    expect(rows.map((row) => [row.status, row.openAlerts, row.historicalAlerts])).toEqual([['ok', 0, 1]])
  })

  it('says of an imported model that it holds history, and leads with the alert that is open on it', async () => {
    await using stores = await openTestStores()
    const imported = await seedVersion(stores, 'imported', ['income'], 40 * DAY_MS)
    const quiet = await seedVersion(stores, 'quiet', ['income'], 40 * DAY_MS)
    const [monitor] = imported.monitors
    const [calm] = quiet.monitors
    const onsetMs = NOW_MS - 41 * DAY_MS
    await judge(stores, monitor, 40 * 24, { verdict: 'ok', value: 0.02, historical: true }, [
      openAlert(imported, { historical: true, severity: 'critical', onsetMs }),
    ])
    await judge(stores, calm, 40 * 24, { verdict: 'ok', value: 0.02, historical: true })
    const { rows } = await getFleet(readerContext(stores))
    expect(rows.map((row) => [row.model, row.status, row.severity])).toEqual([
      ['imported', 'historical', 'critical'],
      ['quiet', 'historical', null],
    ])
    expect(rows[0]).toMatchObject({ sentence: 'KS 0.40 > 0.1 on income', alertId: 1, openAlerts: 0 })
    expect(rows[0]?.history).toEqual({ startMs: onsetMs, endMs: expect.any(Number) })
    expect(rows[0]?.history?.endMs).toBeLessThan(NOW_MS - 39 * DAY_MS)
    expect(rows[1]?.sentence).toBe('The last window was within its limits.')
  })

  it('is shown to nobody who is not signed in', async () => {
    await using stores = await openTestStores()
    await expect(getFleet(readerContext(stores, ANONYMOUS))).rejects.toMatchObject({ code: 'unauthorized' })
  })
})
