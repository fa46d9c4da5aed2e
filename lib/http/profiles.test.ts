import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { ADMIN_KEY, startTestApi, type TestApi } from '@/lib/http/testing'
import { rawRequest, sendRaw } from '@/lib/http/testing-raw'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
})
afterAll(() => api[Symbol.asyncDispose]())

const PATH = '/api/v1/models/income/versions/1/profile'
const CSV = `age,region,prediction\n${Array.from({ length: 400 }, (_, i) => `${20 + (i % 50)},${i % 3 ? 'EU' : 'US'},${i % 2}`).join('\n')}\n`

async function send(method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) {
  const response = await api.fetch(path, { method, body, headers })
  return { status: response.status, body: await response.json() }
}
const json = { 'content-type': 'application/json' }

describe('a reference profile', () => {
  it('is made from a CSV, read back, edited, activated, and then stays as it is', async () => {
    const put = await send('PUT', `${PATH}?name=train.csv`, CSV, { 'content-type': 'text/csv' })
    expect(put.status).toBe(200)
    expect(put.body).toMatchObject({ revision: 1, status: 'draft', rows: 400, columns: 3, difference: null })
    expect((await send('GET', PATH)).body).toMatchObject({ status: 'draft', profile: { rows: 400 } })
    const edit = { column: 'input:age', expectations: [{ kind: 'range', min: 0, max: 120 }] }
    const profiles = PATH.replace(/profile$/, 'profiles')
    const patch = () => send('PATCH', `${profiles}/${put.body.id}/expectations`, JSON.stringify(edit), json)
    expect((await patch()).status).toBe(200)
    expect((await send('POST', `${PATH}/activate`, '{}', json)).body).toMatchObject({ status: 'active' })
    expect((await patch()).status).toBe(409)
    expect((await send('GET', profiles)).body.profiles).toHaveLength(1)
    expect((await send('GET', '/api/v1/models/income')).body.versions).toMatchObject([
      { version: '1', monitored: true },
    ])
    expect((await send('GET', '/api/v1/models/income/columns?version=1')).body.columns).toContainEqual(
      expect.objectContaining({ column: 'age', family: 'input', type: 'integer', verdict: null }),
    )
  })

  it('is taken from a form with its mapping, and gzipped', async () => {
    const form = new FormData()
    form.set('mapping', JSON.stringify({ features: ['age'], prediction: 'prediction', ignored: ['region'] }))
    form.set('file', new Blob([zlib.gzipSync(CSV)]), 'train.csv.gz')
    const { status, body } = await send('PUT', PATH.replace('/1/', '/2/'), form)
    expect([status, body.detail]).toEqual([200, undefined])
    expect(body.source).toMatchObject({ name: 'train.csv.gz' })
  })

  it.each([
    ['nothing', PATH, ''],
    ['a header without rows', PATH, 'a,b,c\n'],
    ['rows of different lengths', PATH, 'a,b\n1,2\n3\n'],
    ['a corrupt Parquet', PATH, `PAR1${'x'.repeat(100)}PAR1`],
    ['a mapping that is no JSON', `${PATH}?mapping=oops`, CSV],
    [
      'a mapping to a column that is not there',
      `${PATH}?mapping=${encodeURIComponent('{"prediction":"nope"}')}`,
      CSV,
    ],
  ])('is refused for %s, with a sentence and nothing half-stored', async (_name, path, body) => {
    const target = path.replace('income', 'refused')
    const answer = await send('PUT', target, body)
    expect(answer.status).toBe(422)
    expect(answer.body.detail).toMatch(/\w+ \w+/)
    expect((await send('GET', target.split('?')[0] ?? '')).status).toBe(404)
    expect(api.logged).toEqual([])
  })

  it('is not made from an upload that breaks off', async () => {
    const head = [
      `PUT ${PATH.replace('income', 'cut')} HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${ADMIN_KEY}`,
    ]
    await sendRaw(api.port, [rawRequest([...head, `Content-Length: ${CSV.length}`], CSV.slice(0, 900))], {
      end: true,
    })
    const boundary = 'Content-Type: multipart/form-data; boundary=b'
    const form = `--b\r\nContent-Disposition: form-data; name="f"; filename="x.csv"\r\n\r\n${CSV}`
    const answer = await sendRaw(api.port, [
      rawRequest([...head, boundary, `Content-Length: ${form.length}`], form),
    ])
    expect([answer.status, answer.code]).toEqual([422, 'malformed_form'])
    expect((await send('GET', '/api/v1/models/cut')).status).toBe(404)
    expect(api.logged).toEqual([])
  })

  it('changes how its model is judged', async () => {
    const put = (body: object) => send('PUT', '/api/v1/models/income/settings', JSON.stringify(body), json)
    expect((await put({ cadence: '1d', owner: 'risk team' })).body).toMatchObject({
      cadence: '1d',
      owner: 'risk team',
    })
    expect((await put({ falseAlarmBudget: 0.5 })).body).toMatchObject({
      falseAlarmBudget: 0.5,
      cadence: '1d',
    })
    expect((await put({ cadence: 'often' })).status).toBe(422)
    for (const falseAlarmBudget of [0, 0.09, 14.1, -1, '1', null]) {
      expect((await put({ falseAlarmBudget })).status).toBe(422)
    }
    for (const runbookUrl of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'wiki']) {
      expect((await put({ runbookUrl })).status).toBe(422)
    }
    expect((await put({ runbookUrl: 'https://wiki.example.org/income' })).status).toBe(200)
    const { body } = await send('GET', '/api/v1/models/income')
    expect(body).toMatchObject({ cadence: '1d', false_alarm_budget: 0.5 })
  })
})
