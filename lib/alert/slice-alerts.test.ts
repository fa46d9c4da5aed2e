import { describe, expect, it } from 'vitest'
import { isSilencedBy } from '@/lib/alert/match-silence'
import { AlertWorld, hour, monitor } from '@/lib/alert/testing'
import type { Alert } from '@/lib/domain/alert'
import { SilenceMatchersSchema } from '@/lib/domain/silence'

const EU = { id: 3, name: 'EU' }
const US = { id: 4, name: 'US' }
const age = { family: 'input', name: 'age' } as const
const income = { family: 'input', name: 'income' } as const

const whole = monitor(1, { column: age })
const wholeIncome = monitor(2, { column: income })
const inEu = monitor(3, { column: age, slice: EU })
const inUs = monitor(4, { column: age, slice: US })
const failing = monitor(5, {
  metric: 'error_share',
  column: null,
  cause: 'software',
  method: null,
  slice: EU,
})

const openOf = (world: AlertWorld): Alert[] => world.alerts.filter(({ state }) => state !== 'resolved')

describe('an alert about a slice', () => {
  it('names the slice, and stands under a key of its own', () => {
    const world = new AlertWorld([whole, inEu, inUs])
    for (const n of [0, 1]) world.judge(n, { 1: 'ok', 3: 'drift', 4: 'ok' })
    const [alert, ...others] = world.alerts
    expect(others).toEqual([])
    expect(alert).toMatchObject({ slice: EU, cause: 'input_drift', state: 'firing', inhibitedBy: null })
    expect(alert?.title).toBe('fraud v7, slice EU: KS 0.31 > 0.20 on age')
    expect(alert?.summary).toContain('Inputs have differed from the reference in slice EU since Tuesday')
    expect(alert?.dedupKey).toBe('fraud/v7/slice%203%20EU/input_drift/2026-11-17T00%3A00%3A00Z')
    expect(world.told).toEqual(['input_drift fired'])
    for (const n of [2, 3]) world.judge(n, { 1: 'ok', 3: 'ok', 4: 'ok' })
    expect(openOf(world)).toEqual([])
    expect(world.told).toEqual(['input_drift fired', 'input_drift resolved'])
  })

  it('is one for each slice and cause', () => {
    const world = new AlertWorld([inEu, inUs, failing])
    for (const n of [0, 1]) world.judge(n, { 3: 'drift', 4: 'drift', 5: 'drift' })
    const about = openOf(world).map(({ cause, slice }) => `${slice?.name} ${cause}`)
    expect(about.sort()).toEqual(['EU input_drift', 'EU software', 'US input_drift'])
  })

  it('is explained, and quiet, while the whole version breaches for the same cause in the same column', () => {
    const world = new AlertWorld([whole, wholeIncome, inEu])
    for (const n of [0, 1]) world.judge(n, { 1: 'drift', 2: 'ok', 3: 'drift' })
    const [version, slice] = [world.alerts.find((one) => !one.slice), world.alerts.find((one) => one.slice)]
    expect(slice).toMatchObject({ inhibitedBy: version?.id })
    expect(version).toMatchObject({ inhibitedBy: null })
    // The version recovers, the slice does not: now it is news.
    for (const n of [2, 3, 4]) world.judge(n, { 1: 'ok', 2: 'ok', 3: 'drift' })
    expect(openOf(world)).toMatchObject([{ slice: EU, inhibitedBy: null }])
    expect(world.told).toContain('input_drift uninhibited')
  })

  it('speaks for itself where the whole version breaches in other columns, and explains nothing of the version', () => {
    const world = new AlertWorld([whole, wholeIncome, inEu])
    for (const n of [0, 1]) world.judge(n, { 1: 'ok', 2: 'drift', 3: 'drift' })
    expect(openOf(world)).toMatchObject([{ inhibitedBy: null }, { inhibitedBy: null }])
  })

  it('is explained later too, when the version follows', () => {
    const world = new AlertWorld([whole, inEu])
    for (const n of [0, 1, 2, 3]) world.judge(n, { 1: 'ok', 3: 'drift' })
    for (const n of [4, 5]) world.judge(n, { 1: 'drift', 3: 'drift' })
    const version = world.alerts.find((one) => !one.slice)
    expect(world.alerts.find((one) => one.slice)).toMatchObject({ inhibitedBy: version?.id })
  })

  it('is explained by missing data, as everything is', () => {
    const absence = monitor(9, { metric: 'volume', column: null, cause: 'no_data', method: null })
    const world = new AlertWorld([absence, inEu])
    world.judge(0, { 9: 'ok', 3: 'drift' })
    world.judge(1, { 9: 'no_data', 3: 'drift' })
    expect(openOf(world).find(({ slice }) => slice)?.inhibitedBy).toBe(
      openOf(world).find(({ slice }) => !slice)?.id,
    )
  })

  it('ends when the slice is changed or deleted, and a new one of the same name is another', () => {
    const world = new AlertWorld([inEu])
    for (const n of [0, 1]) world.judge(n, { 3: 'drift' })
    world.monitors = [monitor(7, { column: age, slice: { id: 8, name: 'EU' } })]
    for (const n of [2, 3]) world.judge(n, { 7: 'drift' })
    expect(world.alerts.find(({ slice }) => slice?.id === 3)).toMatchObject({
      state: 'resolved',
      resolution: 'superseded',
    })
    const [next] = openOf(world)
    expect(next).toMatchObject({ slice: { id: 8, name: 'EU' }, onsetMs: hour(2).startMs })
  })

  it('is kept quiet by a silence of its slice, which takes nothing of the whole version', () => {
    const subject = {
      model: 'fraud',
      version: 'v7',
      cause: 'input_drift',
      severity: 'warning',
      owner: null,
      columns: ['age'],
    } as const
    const matchers = SilenceMatchersSchema.parse({ slices: ['E*'] })
    expect(isSilencedBy(matchers, { ...subject, slice: 'EU' })).toBe(true)
    expect(isSilencedBy(matchers, { ...subject, slice: 'US' })).toBe(false)
    expect(isSilencedBy(matchers, { ...subject, slice: null })).toBe(false)
    // Silences of before there were slices do not name any.
    const { slices: _, ...older } = SilenceMatchersSchema.parse({ models: ['fraud'] })
    expect(isSilencedBy(older, { ...subject, slice: 'EU' })).toBe(true)
  })
})
