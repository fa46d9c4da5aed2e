import { describe, expect, it } from 'vitest'
import { openTestStores, type TestStores } from '@/db/sqlite/testing'
import { HOUR_MS } from '@/lib/domain/time'
import { getColumnHistory } from '@/lib/queries/column-history'
import { rankColumns } from '@/lib/queries/ranked-inputs'
import { judge, NOW_MS, openAlert, readerContext, seedVersion } from '@/lib/queries/testing'

const RANGE = { startMs: NOW_MS - 24 * HOUR_MS, endMs: NOW_MS }
const INCOME = { family: 'input', name: 'income' } as const

async function seed(stores: TestStores) {
  const seeded = await seedVersion(stores, 'credit', ['income', 'age'])
  const [income, age] = seeded.monitors
  const bins = { edges: [0, 50, 100], reference: [0.5, 0.5], current: [0.1, 0.9] }
  await judge(stores, income, 6, { verdict: 'ok', value: 0.02 })
  await judge(stores, income, 4, { verdict: 'ok', value: 0.03 })
  await judge(stores, income, 3, { verdict: 'drift', value: 0.4, detail: { bins } }, [openAlert(seeded)])
  await judge(stores, age, 3, { verdict: 'ok', value: 0.01 })
  return seeded
}

/** The history of income, of a version that is made for it. */
async function historyOf(stores: TestStores, windowStartMs: number | null) {
  const { model, version } = await seed(stores)
  return getColumnHistory(readerContext(stores), model, version, [version], INCOME, RANGE, windowStartMs)
}

describe('the history of a column', () => {
  it('shows the newest window with its bins, keeps gaps, and knows the neighbours', async () => {
    await using stores = await openTestStores()
    const history = await historyOf(stores, null)
    expect(history.drift.map((point) => [point.startMs - NOW_MS, point.value, point.note])).toEqual([
      [-6 * HOUR_MS, 0.02, null],
      [-4 * HOUR_MS, 0.03, null],
      [-3 * HOUR_MS, 0.4, null],
    ])
    expect(history.selected?.detail.bins?.current).toEqual([0.1, 0.9])
    expect(history.previousMs).toBe(NOW_MS - 4 * HOUR_MS)
    expect(history.nextMs).toBeNull()
    expect(history.spans).toHaveLength(1)
    expect(history.reference?.name).toBe('income')
  })

  it('shows the window that was chosen', async () => {
    await using stores = await openTestStores()
    const chosen = NOW_MS - 4 * HOUR_MS
    const history = await historyOf(stores, chosen)
    expect(history.selected?.windowStartMs).toBe(chosen)
    expect(history.nextMs).toBe(NOW_MS - 3 * HOUR_MS)
  })

  it('is not found for a column that the version does not have', async () => {
    await using stores = await openTestStores()
    const { model, version } = await seed(stores)
    const nobody = { family: 'input', name: 'nobody' } as const
    await expect(
      getColumnHistory(readerContext(stores), model, version, [version], nobody, RANGE, null),
    ).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the ranking of inputs', () => {
  it('puts the column that moved most first, as a multiple of its limit', async () => {
    await using stores = await openTestStores()
    const { model, version } = await seed(stores)
    const { columns } = await rankColumns(readerContext(stores), model, version, RANGE, 'input')
    expect(columns.map((column) => [column.name, column.verdict, column.ratio])).toEqual([
      ['income', 'drift', 4],
      ['age', 'ok', expect.closeTo(0.1)],
    ])
  })
})
