/** Sends reference files that are wrong in ways that happen: a sentence that helps, and nothing half-stored. */

import { readdirSync } from 'node:fs'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores, type TestStores } from '@/db/sqlite/testing'
import { startTestApi, type TestApi } from '@/lib/http/testing'

let stores: TestStores
let api: TestApi
beforeAll(async () => {
  stores = await openTestStores()
  api = await startTestApi(stores)
})
afterAll(() => api[Symbol.asyncDispose]())

const ROWS = Array.from({ length: 60 }, (_, i) => [String(20 + i), i % 3 ? 'EU' : 'US', String(i % 2)])
const lines = (delimiter: string) =>
  ['age,region,prediction'.replaceAll(',', delimiter), ...ROWS.map((row) => row.join(delimiter))].join('\n')

const PARQUET = new Uint8Array(
  parquetWriteBuffer({
    columnData: [{ name: 'age', data: ROWS.map(([age]) => Number(age)), type: 'DOUBLE' }],
  }),
)
/** The same with bytes overwritten from `start` on. */
function corrupted(start: number, length: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(PARQUET)
  return copy.fill(0xff, start, start + length)
}

async function put(model: string, query: string, body: string | Uint8Array<ArrayBuffer>) {
  const response = await api.fetch(`/api/v1/models/${model}/versions/1/profile${query}`, {
    method: 'PUT',
    body,
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** Every file of the data folder that an upload could have left. */
const uploads = () =>
  readdirSync(stores.dir, { recursive: true }).filter((name) => /upload|spool|tmp/.test(String(name)))

describe('a reference file', () => {
  it.each<[string, string, string | Uint8Array<ArrayBuffer>, RegExp]>([
    ['without a byte', '?name=x.csv', '', /empty/i],
    ['with a header and no rows', '?name=x.csv', 'age,region,prediction\n', /no rows|empty/i],
    ['of blank lines', '?name=x.csv', '\n\n\n', /no rows|empty/i],
    ['of one row', '?name=x.csv', 'age,prediction\n1,2\n', /rows?/i],
    [
      'of Parquet with its pages overwritten',
      '?name=x.parquet',
      corrupted(8, 40),
      /parquet.*column "age" cannot be/i,
    ],
    [
      'of Parquet with its footer overwritten',
      '?name=x.parquet',
      corrupted(PARQUET.length - 60, 40),
      /parquet.*the description of its columns/i,
    ],
    [
      'of Parquet cut in half',
      '?name=x.parquet',
      PARQUET.slice(0, PARQUET.length / 2),
      /parquet.*at its end/i,
    ],
    ['whose delimiter is none that we know', '?name=x.csv', lines('^'), /delimiter|column/i],
    ['with a quote that never ends', '?name=x.csv', `${lines(',')}\n"open,EU,1\n`, /quote|line/i],
  ])('%s is refused with a sentence, and leaves nothing behind', async (_what, query, body, sentence) => {
    const answer = await put('refused', query, body)
    expect([answer.status, String(answer.body.detail)]).toEqual([422, expect.stringMatching(sentence)])
    expect(String(answer.body.detail)).toMatch(/^[A-Z"].*\.$/)
    expect(String(answer.body.detail)).not.toMatch(
      /\bat \w+ \(|RangeError|TypeError|\/tmp\/|thrift|snappy error|: parquet /,
    )
    expect((await api.fetch('/api/v1/models/refused')).status).toBe(404)
    expect(uploads()).toEqual([])
  })

  it.each([';', '\t', '|'])('with %j as its delimiter is read by it', async (delimiter) => {
    const answer = await put(`read-${delimiter.charCodeAt(0)}`, '?name=x.csv', lines(delimiter))
    expect(answer).toMatchObject({ status: 200, body: { rows: 60, columns: 3 } })
  })

  it('with a constant column is taken, says so, and gives no monitor that could never be right', async () => {
    const body = lines(',').replace(/^(\d+),(EU|US)/gm, '$1,EU')
    const answer = await put('constant', '?name=x.csv', body)
    expect(answer).toMatchObject({ status: 200, body: { rows: 60 } })
    expect(JSON.stringify(answer.body)).toMatch(/constant/)
    const activated = await api.fetch('/api/v1/models/constant/versions/1/profile/activate', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(activated.status).toBe(200)
  })

  it('of nothing but constant columns is taken, without a number that is none', async () => {
    const answer = await put('all-constant', '?name=x.csv', `a,prediction\n${'1,1\n'.repeat(60)}`)
    expect(answer.status).toBe(200)
    expect(JSON.stringify(answer.body)).not.toMatch(/NaN|Infinity/)
  })
})
