import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { checkGoldenFolder } from '@/lib/cli/golden-folder'
import { generateColumn } from '@/lib/stats/golden/generate'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-golden-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, content: unknown) =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
const check = () => checkGoldenFolder(folder, () => {})
const linesWithoutTime = () => check()?.lines.map((line) => line.replace(/, \d+ ms$/, ''))

const wassersteinCase = (id: string, statistic: number) => ({
  id,
  inputs: { reference: { values: [0, 0] }, current: { values: [1, 1] } },
  params: {},
  expected: { status: 'ok', statistic },
})
const vectors = (...cases: unknown[]) => ({
  method: 'wasserstein',
  tolerance: { default: { rtol: 1e-10, atol: 1e-12 } },
  cases,
})

it('has nothing to say of a folder that is not there or has no vectors', () => {
  expect(checkGoldenFolder(join(folder, 'nowhere'), () => {})).toBeNull()
  expect(check()).toBeNull()
})

it('counts the cases of the files that are there, and shows which differ', () => {
  write('wasserstein.json', vectors(wassersteinCase('one', 1)))
  expect(check()).toMatchObject({ passed: 1, failed: 0 })
  write('wasserstein.json', vectors(wassersteinCase('one', 1), wassersteinCase('two', 2)))
  expect(check()).toMatchObject({ passed: 1, failed: 1 })
  expect(linesWithoutTime()).toEqual([
    `FAILED ${'wasserstein'.padEnd(28)}1 of 2 cases`,
    '       two: statistic: 1 instead of 2',
  ])
})

it.each([1, 77, 20_261_121])('draws the columns of other seeds than the usual ones, here %i', (seed) => {
  const law = { n: 300, dist: 'normal', mean: 0.3, sd: 1 }
  const drawn = (offset: number) => ({ seed: seed + offset, ...law })
  const values = [0, 1].map((offset) =>
    generateColumn(drawn(offset), {})
      .map(Number)
      .sort((a, b) => a - b),
  )
  // Of samples of one size it is the mean distance of values of equal rank.
  const statistic = values[0]?.reduce((sum, x, i) => sum + Math.abs(x - (values[1]?.[i] ?? 0)) / law.n, 0)
  const of = (offset: number) => ({ gen: drawn(offset) })
  write(
    'wasserstein.json',
    vectors({ ...wassersteinCase('drawn', statistic ?? 0), inputs: { reference: of(0), current: of(1) } }),
  )
  expect(check()).toMatchObject({ passed: 1, failed: 0 })
  write(
    'wasserstein.json',
    vectors({ ...wassersteinCase('other', statistic ?? 0), inputs: { reference: of(0), current: of(2) } }),
  )
  expect(check()).toMatchObject({ passed: 0, failed: 1 })
})

it('counts nothing for methods that are not implemented, whatever they are called', () => {
  write('wasserstein.json', vectors(wassersteinCase('one', 1)))
  write('astrology.json', { ...vectors(wassersteinCase('one', 1)), method: 'astrology' })
  write('constructor.json', { ...vectors(), method: 'constructor' })
  expect(check()).toMatchObject({ passed: 1, failed: 0 })
  expect(linesWithoutTime()?.at(-1)).toBe('not implemented: astrology, constructor')
})

it.each([
  ['{"method": "psi", ', 'it is no JSON'],
  ['', 'it is no JSON'],
  ['[]', 'it is no JSON object'],
  ['{}', 'it names no method'],
  ['{"method": "psi"}', 'it has no list of cases'],
  ['{"method": "psi", "cases": [7]}', 'case 0 is no object'],
  ['{"method": "psi", "cases": [{"id": "a", "inputs": {}}]}', 'case a has no expected answer'],
])('says in one line what is wrong with the file %j', (text, problem) => {
  write('broken.json', text)
  expect(check()).toMatchObject({ passed: 1, failed: 1 })
  expect(linesWithoutTime()).toContain(`FAILED broken.json cannot be read: ${problem}`)
})

it('goes on when a case cannot be computed', () => {
  rmSync(join(folder, 'broken.json'))
  const odd = { id: 'odd', inputs: { table: 7 }, expected: { status: 'ok', statistic: 1 } }
  write('cramers_v.json', { method: 'cramers_v', cases: [odd] })
  expect(check()).toMatchObject({ passed: 1, failed: 1 })
  expect(linesWithoutTime()).toContainEqual(expect.stringMatching(/^ {7}odd: cannot be computed \(/))
})
