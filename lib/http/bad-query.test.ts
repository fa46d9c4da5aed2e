import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { openTestStores } from '@/db/sqlite/testing'
import { ROUTES } from '@/lib/http/routes'
import { startTestApi, type TestApi } from '@/lib/http/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
  await api.stores.metadata.registerVersion('m', 'v', Date.now())
})
afterAll(() => api[Symbol.asyncDispose]())

const BAD: Readonly<Record<string, readonly string[]>> = {
  limit: ['-1', '0', '1.5', '1e9', 'NaN', 'Infinity', '10; DROP TABLE alert', '', '0x10000'],
  cursor: ['abc', '1.2.3', "1.1' OR 1=1 --", '../../etc/passwd', '9'.repeat(61)],
  from: ['soon', '-1', '99999999999999999', "2026-01-01' --"],
  to: ['0000-99-99', 'NaN'],
}

/** Parameters that nobody declared, where others have a column to sort or filter by. */
const UNDECLARED = ['sort=name;DROP TABLE alert', 'order=desc', 'where=1=1', 'filter[id]=1', 'Limit=5']

/** Routes that are read, with what they take; ids and names are those of the one model there is. */
const READ = ROUTES.flatMap(({ method, path, query }) => {
  if (method !== 'GET' || !(query instanceof z.ZodObject)) return []
  const names = { '{model}': 'm', '{version}': 'v' } as Record<string, string>
  return [{ path: path.replace(/\{\w+\}/g, (name) => names[name] ?? '1'), known: Object.keys(query.shape) }]
})

async function answerTo(path: string, query: string) {
  const response = await api.fetch(`${path}?${query}`)
  const text = await response.text()
  expect(text).not.toMatch(/SQLITE|syntax error|node_modules|at \w+ \(/i)
  return { status: response.status, code: text === '' ? null : (JSON.parse(text).code as string) }
}

describe('a question with bad parameters', () => {
  it('is asked of every route that takes any', () => {
    expect(READ.length).toBeGreaterThan(5)
  })

  it.each(READ)('to $path is refused with 422, parameter by parameter', async ({ path, known }) => {
    for (const name of known) {
      for (const value of BAD[name] ?? []) {
        const query = `${name}=${encodeURIComponent(value)}`
        expect([query, (await answerTo(path, query)).status]).toEqual([query, 422])
      }
      const twice = `${name}=1&${name}=1`
      expect([twice, await answerTo(path, twice)]).toEqual([twice, { status: 422, code: 'invalid_query' }])
    }
    for (const query of UNDECLARED) {
      expect([query, await answerTo(path, query)]).toEqual([query, { status: 422, code: 'invalid_query' }])
    }
    // What a sender adds for itself, against caches, is none of ours.
    const own = await api.fetch(`${path}?_=1763700000`)
    if (own.headers.get('content-type') === 'text/event-stream') await own.body?.cancel()
    else expect(await own.text()).not.toContain('There is no parameter')
    expect(api.logged).toEqual([])
  })
})
