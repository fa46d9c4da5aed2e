import { describe, expect, it } from 'vitest'
import { columnProfile, judge, normals, storedProfile, type Values } from '@/lib/monitor/testing'
import { MONITOR_METHODS } from '@/lib/stats/methods'

const words = (rows: number, of: readonly string[]) =>
  Array.from({ length: rows }, (_, row) => of[row % of.length] ?? '')

const PROFILES = {
  numeric: columnProfile('x', normals(2_000, 50, 10, 1)),
  categorical: columnProfile('x', words(2_000, ['a', 'b', 'c'])),
}

/** Windows that tell nothing good of a column, whatever the method. */
const WINDOWS: Readonly<Record<keyof typeof PROFILES, Readonly<Record<string, Values>>>> = {
  numeric: {
    'no records': [],
    'missing values only': new Array<null>(500).fill(null),
    'texts only': words(500, ['fifty']),
    'no finite number': new Array<number>(500).fill(Number.NaN),
    infinities: new Array<number>(500).fill(Number.POSITIVE_INFINITY),
    'the largest number': new Array<number>(500).fill(Number.MAX_VALUE),
    'the largest numbers of both signs': Array.from({ length: 500 }, (_, row) =>
      row % 2 ? Number.MAX_VALUE : -Number.MAX_VALUE,
    ),
    'one value': new Array<number>(500).fill(50),
    'three values': [49, 50, 51],
  },
  categorical: {
    'no records': [],
    'missing values only': new Array<null>(500).fill(null),
    'numbers only': new Array<number>(500).fill(7),
    'empty texts': words(500, ['']),
    'one category': words(500, ['a']),
    'categories never seen': words(500, ['x', 'y']),
    'three values': ['a', 'b', 'c'],
  },
}

describe.each(MONITOR_METHODS.flatMap(({ id, kinds }) => kinds.map((kind) => [id, kind] as const)))(
  'a monitor by %s of a %s column',
  (method, kind) => {
    it.each(Object.entries(WINDOWS[kind]))('never calls a window of %s fine', (_name, values) => {
      const judged = judge(storedProfile([PROFILES[kind]]), {
        columns: { x: values },
        change: (monitor) => (monitor.metric === 'drift' ? { ...monitor, method } : monitor),
      }).get('drift x')
      expect(judged).toBeDefined()
      expect(judged?.verdict).not.toBe('ok')
      expect(judged?.verdict).not.toBe('possible')
      expect(judged?.reason).not.toMatch(/NaN|Infinity|undefined/)
      for (const number of [judged?.value, judged?.limit, judged?.pValue, judged?.pCorrected]) {
        if (typeof number === 'number') expect(Number.isFinite(number)).toBe(true)
      }
    })
  },
)
