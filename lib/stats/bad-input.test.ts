/** Every method of the registry on spoilt inputs: a finite answer, a named reason, or an error, and never NaN. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { GoldenCase, GoldenFile } from '@/lib/stats/golden/case'
import { materialiseInputs } from '@/lib/stats/golden/materialise'
import { GOLDEN_METHODS } from '@/lib/stats/golden/methods'

/** Inputs are those of the vectors, which a clone may be without. */
const folder = fileURLToPath(new URL('../../../shared/reference/golden', import.meta.url))
const present = existsSync(folder)
if (!present) console.log(`golden vectors are absent (${folder}): bad input is not tested on all methods`)

type Scalars = readonly (number | string | null)[]

const middle = (values: Scalars, value: unknown) =>
  values.toSpliced(values.length >> 1, 1, value as number) as Scalars

/** What may be wrong with a list of values. */
const SPOILT: Readonly<Record<string, (values: Scalars) => Scalars>> = {
  'no values': () => [],
  'one value': (values) => values.slice(0, 1),
  'one value fewer': (values) => values.slice(1),
  'nothing but missing values': (values) => values.map(() => null),
  'one value throughout': (values) => values.map(() => values[0] ?? null),
  'a value that is not a number': (values) => middle(values, Number.NaN),
  'an infinite value': (values) => middle(values, Number.POSITIVE_INFINITY),
  'a text among numbers': (values) => middle(values, 'many'),
  'a number among texts': (values) => middle(values, 7),
  'a value far from all others': (values) => middle(values, -1e60),
}

const isScalars = (value: unknown): value is Scalars =>
  Array.isArray(value) && value.length > 0 && value.every((each) => each === null || typeof each !== 'object')

/** Every list of plain values in the inputs, by its path, with the inputs that have another list in its place. */
function* listsIn(
  value: unknown,
  path = '',
): Generator<{ path: string; replace: (spoil: (values: Scalars) => Scalars) => unknown }> {
  if (isScalars(value)) yield { path, replace: (spoil) => spoil(value) }
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      for (const found of listsIn(part, `${path}/${key}`)) {
        const replace = (spoil: (values: Scalars) => Scalars) =>
          Array.isArray(value)
            ? value.with(Number(key), found.replace(spoil))
            : { ...value, [key]: found.replace(spoil) }
        yield { path: found.path, replace }
      }
    }
  }
}

/** Paths of numbers that are none. */
function notNumbers(answer: unknown, path = ''): string[] {
  if (typeof answer === 'number') return Number.isNaN(answer) ? [path] : []
  if (typeof answer !== 'object' || answer === null) return []
  return Object.entries(answer).flatMap(([key, part]) => notNumbers(part, `${path}.${key}`))
}

/** What a method says to inputs: `ok`, `undefined`, or the name of the error it throws. */
function answerTo(method: string, golden: GoldenCase): { readonly said: string; readonly wrong: string[] } {
  try {
    const { columns } = materialiseInputs(golden)
    const answer = GOLDEN_METHODS[method]?.(columns, golden) ?? {}
    return { said: String(answer.status ?? 'ok'), wrong: notNumbers(answer) }
  } catch (error) {
    return { said: error instanceof Error ? error.constructor.name : 'thrown', wrong: [] }
  }
}

/** The smallest case that has lists, with drawn columns written out. */
function smallCase({ cases }: GoldenFile): GoldenCase | undefined {
  const written = cases.slice(0, 6).map((golden) => {
    const { columns } = materialiseInputs(golden)
    const lists = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, { values }]))
    return { ...golden, inputs: { ...golden.inputs, ...lists } }
  })
  const size = ({ inputs }: GoldenCase) => JSON.stringify(inputs).length
  return written.filter(({ inputs }) => !listsIn(inputs).next().done).sort((a, b) => size(a) - size(b))[0]
}

describe.skipIf(!present)('spoilt inputs', () => {
  it.each(Object.keys(GOLDEN_METHODS))('%s answers with a number, a reason or an error', (method) => {
    const file = JSON.parse(readFileSync(`${folder}/${method}.json`, 'utf8')) as GoldenFile
    const golden = smallCase(file)
    if (!golden) return
    for (const { path, replace } of listsIn(golden.inputs)) {
      for (const [name, spoil] of Object.entries(SPOILT)) {
        const inputs = replace(spoil) as GoldenCase['inputs']
        const { said, wrong } = answerTo(method, { ...golden, inputs })
        const what = `${method} with ${name} in ${path}`
        expect(wrong, what).toEqual([])
        expect(['ok', 'undefined', 'RangeError', 'TypeError'], `${what}: ${said}`).toContain(said)
      }
    }
  })
})
