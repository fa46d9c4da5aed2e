import { describe, expect, it } from 'vitest'
import { type Arrivals, arrivalOf, type Beginning } from '@/app/(signed)/ingest/arrival'

const NOTHING: Arrivals = { sources: [], refusals: [], usedKeys: [] }
const seen = (lastDay: number, model = 'fraud') => ({ model, lastDay, newestMs: 5_000, newest: '3 s ago' })
const FRESH: Beginning = { keyId: 7, madeMs: 1_000, sourcesBefore: [] }
const OLD: Beginning = { keyId: 7, madeMs: 1_000, sourcesBefore: [seen(10)] }

interface Row {
  readonly name: string
  readonly beginning: Beginning | null
  readonly arrivals: Partial<Arrivals>
  readonly state: string
}

const ROWS: readonly Row[] = [
  { name: 'waits while nothing has come', beginning: FRESH, arrivals: {}, state: 'waiting' },
  {
    name: 'waits while only another model has come',
    beginning: FRESH,
    arrivals: { sources: [seen(3, 'other')] },
    state: 'waiting',
  },
  {
    name: 'tells the first record of a new model',
    beginning: FRESH,
    arrivals: { sources: [seen(1)] },
    state: 'received',
  },
  {
    name: 'does not take what was there before for the first record',
    beginning: OLD,
    arrivals: { sources: [seen(10)] },
    state: 'waiting',
  },
  {
    name: 'tells the first record since the key of a model that was there before',
    beginning: OLD,
    arrivals: { sources: [seen(11)] },
    state: 'received',
  },
  {
    name: 'tells that something was refused since',
    beginning: FRESH,
    arrivals: { refusals: [{ model: null, lastMs: 1_500 }] },
    state: 'refused',
  },
  {
    name: 'keeps older refusals and those of other models out',
    beginning: FRESH,
    arrivals: {
      refusals: [
        { model: 'fraud', lastMs: 900 },
        { model: 'other', lastMs: 2_000 },
      ],
    },
    state: 'waiting',
  },
  {
    name: 'tells that the key only repeated what is stored',
    beginning: OLD,
    arrivals: { sources: [seen(10)], usedKeys: [7] },
    state: 'repeated',
  },
  {
    name: 'tells without a key what is there',
    beginning: null,
    arrivals: { sources: [seen(10)], refusals: [{ model: null, lastMs: 9_000 }] },
    state: 'receiving',
  },
]

describe('what is said of a sender that was just set up', () => {
  it.each(ROWS)('$name', ({ beginning, arrivals, state }) => {
    expect(arrivalOf({ model: 'fraud', beginning, arrivals: { ...NOTHING, ...arrivals } }).state).toBe(state)
  })
})
