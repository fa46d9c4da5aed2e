import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { SYSTEM } from '@/lib/access/principal'
import { CustomMetricSchema, CustomPreviewSchema } from '@/lib/http/handlers/custom-metrics'
import { sendJson, startTestApi, type TestApi } from '@/lib/http/testing'
import { summarise } from '@/lib/services/summaries/summarise'

let api: TestApi
const METRICS = '/api/v1/models/credit/metrics'
const HOSTILE = '"><script>alert(1)</script>'

beforeAll(async () => {
  api = await startTestApi(await openTestStores())
  const records = Array.from({ length: 40 }, (_, i) => ({
    model_id: 'credit',
    model_version: '1',
    prediction_id: `p${i}`,
    features: { amount: i, [HOSTILE]: i % 4 === 0 ? null : 'x' },
    prediction: i % 2,
  }))
  const sent = await api.fetch('/api/v1/ingest', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(records),
  })
  expect(sent.status).toBe(200)
  await summarise(api.app.contextFor(SYSTEM))
})
afterAll(() => api[Symbol.asyncDispose]())

const send = (method: string, path: string, body?: object) => sendJson(api, method, path, body)

describe('custom metrics by API', () => {
  it('are tried on the newest records', async () => {
    const { status, body } = await send('POST', `${METRICS}/preview`, {
      expression: `share("${HOSTILE.replaceAll('"', '""')}" = 'x' where prediction = 0)`,
    })
    expect(status).toBe(200)
    expect(CustomPreviewSchema.parse(body)).toMatchObject({
      value: 1,
      n: 10,
      records: 40,
      missing: { absent: 10, wrong_type: 0, no_result: 0 },
      without: '10 records have no value: a field is absent in 10',
    })
    expect(body.rows).toHaveLength(10)
  })

  it('say what is wrong, and where', async () => {
    const { status, body } = await send('POST', `${METRICS}/preview`, { expression: 'mean(amout)' })
    expect([status, body.code, body.at, body.end]).toEqual([422, 'bad_expression', 5, 10])
    expect(body.detail).toBe('Nothing is called amout here. Did you mean "amount"? (at character 6)')
  })

  it('are saved, listed, changed by whoever saw the newest, and removed', async () => {
    const wish = { name: HOSTILE, expression: 'mean(amount)', unit: 'EUR', why: 'for risk' }
    const first = await send('PUT', METRICS, wish)
    expect(first.status).toBe(200)
    expect(CustomMetricSchema.parse(first.body)).toMatchObject({
      name: HOSTILE,
      revision: 1,
      aggregate: 'mean',
      fields: { 'input:amount': 'number' },
      bad: 'both',
      baseline: 'trailing',
    })
    expect((await send('PUT', METRICS, wish)).status).toBe(409)
    const second = await send('PUT', METRICS, { ...wish, unit: 'USD', revision: 1 })
    expect(second.body).toMatchObject({ revision: 2, unit: 'USD' })
    const history = await send('GET', `${METRICS}/history?name=${encodeURIComponent(HOSTILE)}`)
    expect(history.body.revisions.map(({ unit }: { unit: string }) => unit)).toEqual(['USD', 'EUR'])
    expect((await send('GET', METRICS)).body.metrics).toEqual([second.body])
    expect((await send('DELETE', `${METRICS}/${first.body.id}`)).status).toBe(404)
    expect((await send('DELETE', `${METRICS}/${second.body.id}`)).status).toBe(204)
    expect((await send('GET', METRICS)).body.metrics).toEqual([])
    const audit = (await api.stores.metadata.listAudit(10)).map(({ action }) => action)
    expect(audit.filter((action) => action.startsWith('custom_metric'))).toEqual([
      'custom_metric.remove',
      'custom_metric.save',
      'custom_metric.save',
    ])
  })

  const base = { name: 'a', expression: 'mean(amount)' }
  it('are counted in slices that the model has, and in no others', async () => {
    const conditions = [{ on: 'feature', name: 'amount', op: 'range', below: 20 }]
    const path = '/api/v1/models/credit/slices'
    expect((await send('PUT', path, { name: HOSTILE, conditions })).status).toBe(200)
    const wish = { name: 'by part', expression: 'count()' }
    const { status, body } = await send('PUT', METRICS, { ...wish, slices: [HOSTILE, 'Atlantis'] })
    expect([status, body.field]).toEqual([422, 'slices'])
    const saved = await send('PUT', METRICS, { ...wish, slices: [HOSTILE, HOSTILE] })
    expect(CustomMetricSchema.parse(saved.body)).toMatchObject({ slices: [HOSTILE] })
    const { body: listed } = await send('GET', METRICS)
    expect(listed.metrics.map(({ slices }: { slices: string[] }) => slices)).toEqual([[HOSTILE]])
    expect((await send('DELETE', `${METRICS}/${saved.body.id}`)).status).toBe(204)
  })

  it.each([
    ['a name of blanks', { ...base, name: '  ' }, 422, 'name'],
    ['a name with a line break', { ...base, name: 'a\nb' }, 422, 'name'],
    ['a name that turns the line round', { ...base, name: 'a\u202eb' }, 422, 'name'],
    ['the name of an output', { ...base, name: 'prediction' }, 422, 'name'],
    ['an expression that is wrong', { ...base, expression: 'mean(' }, 422, 'expression'],
    ['a limit for both ways', { ...base, fixed_limit: 3 }, 422, 'fixed_limit'],
    ['a limit of nothing', { ...base, bad: 'up', fixed_limit: 0 }, 422, 'fixed_limit'],
    ['an unknown baseline', { ...base, baseline: 'training' }, 422, 'baseline'],
    ['an unknown field', { ...base, eval: 'process.exit()' }, 422, undefined],
  ])('are refused with %s', async (_, wish, status, field) => {
    const answer = await send('PUT', METRICS, wish)
    expect(answer.status).toBe(status)
    if (field !== undefined) expect(String(answer.body.field)).toContain(field)
  })

  it('belong to a model, and are at most twenty', async () => {
    expect((await send('PUT', '/api/v1/models/nobody/metrics', base)).status).toBe(404)
    expect((await send('POST', '/api/v1/models/nobody/metrics/preview', base)).status).toBe(422)
    for (let i = 0; i < 20; i++)
      expect((await send('PUT', METRICS, { ...base, name: `metric ${i}` })).status).toBe(200)
    const more = await send('PUT', METRICS, { ...base, name: 'one more' })
    expect([more.status, more.body.code]).toEqual([409, 'too_many_metrics'])
  })
})
