import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { SYSTEM } from '@/lib/access/principal'
import { LabelStatusSchema, VersionSchema } from '@/lib/http/schemas'
import { MonitorSchema } from '@/lib/http/schemas-monitors'
import { sendJson, startTestApi, type TestApi } from '@/lib/http/testing'
import { joinLabels } from '@/lib/services/labels/join-labels'
import { summarise } from '@/lib/services/summaries/summarise'
import { MONITOR_METHODS } from '@/lib/stats/methods'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
  await activate()
})
afterAll(() => api[Symbol.asyncDispose]())

const VERSION = '/api/v1/models/income/versions/v%201'
const CSV = `age,region,prediction\n${Array.from({ length: 200 }, (_, i) => `${20 + (i % 50)},${i % 3 ? 'EU' : 'US'},${i % 2}`).join('\n')}\n`
const activate = () => api.fetch(`${VERSION}/profile?activate=1`, { method: 'PUT', body: CSV })

const send = (method: string, path: string, body?: object) => sendJson(api, method, path, body)

const monitors = async () => {
  const { body } = await send('GET', '/api/v1/models/income/monitors?version=v%201')
  return MonitorSchema.array().min(1).parse(body.monitors)
}
const audits = async () => (await api.stores.metadata.listAudit(100)).map(({ subject }) => subject)

describe('a version', () => {
  it('changes its mode, once in the audit, and says so to everybody', async () => {
    const before = (await audits()).length
    const { status, body } = await send('PATCH', VERSION, { mode: 'canary' })
    expect([status, VersionSchema.parse(body)]).toMatchObject([200, { version: 'v 1', mode: 'canary' }])
    expect((await send('PATCH', VERSION, { mode: 'canary' })).status).toBe(200)
    expect((await audits()).slice(0, (await audits()).length - before)).toEqual([
      'income / v 1: live to canary',
    ])
    expect((await send('GET', '/api/v1/models/income')).body.versions[0].mode).toBe('canary')
  })

  it.each([
    [VERSION, { mode: 'paused' }, 422],
    [VERSION, {}, 422],
    [VERSION, { mode: 'live', id: 7 }, 422],
    [`${VERSION}x`, { mode: 'live' }, 404],
    ['/api/v1/models/nobody/versions/1', { mode: 'live' }, 404],
  ])('is not changed by PATCH %s %j', async (path, body, status) => {
    expect((await send('PATCH', path, body)).status).toBe(status)
  })
})

describe('a monitor', () => {
  it('is listed with its metric, its column and how it fires', async () => {
    const all = await monitors()
    expect(all).toContainEqual(
      expect.objectContaining({ metric: 'drift', column: 'age', family: 'input', enabled: true, fire_of: 3 }),
    )
    expect((await send('GET', '/api/v1/models/income/monitors')).body.monitors).toHaveLength(all.length)
    expect((await send('GET', '/api/v1/models/nobody/monitors')).status).toBe(404)
  })

  it('is switched off, made louder and given another floor; what is not named stays', async () => {
    const drift = (await monitors()).find(({ metric }) => metric === 'drift')
    const path = `/api/v1/monitors/${drift?.id}`
    const off = await send('PATCH', path, { enabled: false })
    expect([off.status, off.body]).toEqual([200, { ...drift, enabled: false }])
    const louder = await send('PATCH', path, { severity: 'critical', effectFloor: 0.3 })
    expect(louder.body).toEqual({ ...drift, enabled: false, severity: 'critical', effect_floor: 0.3 })
    expect((await monitors()).find(({ id }) => id === drift?.id)).toEqual(louder.body)
    const [newest = ''] = await audits()
    expect(newest).toBe(
      `income / v 1: drift of input:${drift?.column}: effectFloor ${drift?.effect_floor} to 0.3, severity warning to critical`,
    )
    const count = (await audits()).length
    expect((await send('PATCH', path, { enabled: false })).status).toBe(200)
    expect(await audits()).toHaveLength(count)
  })

  it('judges by another distance, with its own floor unless one is named', async () => {
    const all = await monitors()
    const drift = all.find(({ metric, column }) => metric === 'drift' && column === 'age')
    const path = `/api/v1/monitors/${drift?.id}`
    const energy = await send('PATCH', path, { method: 'energy' })
    expect(energy.body).toMatchObject({ method: 'energy', effect_floor: 0.19 })
    const psi = await send('PATCH', path, { method: 'psi', effectFloor: 0.25 })
    expect(psi.body).toMatchObject({ method: 'psi', effect_floor: 0.25 })
    expect((await send('PATCH', path, { method: 'psi' })).body).toEqual(psi.body)
    expect((await audits())[0]).toContain('method energy to psi, effectFloor 0.19 to 0.25')

    const { body: openapi } = await send('GET', '/api/v1/openapi.json')
    const { requestBody } = openapi.paths['/api/v1/monitors/{id}'].patch
    expect(requestBody.content['application/json'].schema.properties.method.enum).toEqual(
      MONITOR_METHODS.map(({ id }) => id),
    )

    const region = all.find(({ metric, column }) => metric === 'drift' && column === 'region')
    const refused = await send('PATCH', `/api/v1/monitors/${region?.id}`, { method: 'energy' })
    expect([refused.status, refused.body.detail]).toEqual([422, expect.stringContaining('categorical')])
    const missing = all.find(({ metric }) => metric === 'missing_share')
    for (const [id, change] of [
      [missing?.id, { method: 'psi' }],
      [drift?.id, { method: 'chi_square' }],
      [drift?.id, { method: 'nothing' }],
      [drift?.id, { method: 'ks', effectFloor: 1.5 }],
    ] as const)
      expect((await send('PATCH', `/api/v1/monitors/${id}`, change)).status).toBe(422)
    expect((await send('PATCH', path, { method: 'ks' })).body).toMatchObject({
      method: 'ks',
      effect_floor: 0.1,
    })
  })

  it('refuses what makes no sense', async () => {
    const share = (await monitors()).find(({ unit }) => unit === 'share')
    const path = `/api/v1/monitors/${share?.id}`
    for (const change of [{ effectFloor: 1.5 }, { effectFloor: -1 }, { severity: 'loud' }, { metric: 'f1' }])
      expect((await send('PATCH', path, change)).status).toBe(422)
    expect((await send('PATCH', '/api/v1/monitors/999999', { enabled: true })).status).toBe(404)
  })

  it('is history once another profile is active', async () => {
    const [old] = await monitors()
    await activate()
    expect((await monitors()).map(({ id }) => id)).not.toContain(old?.id)
    const answer = await send('PATCH', `/api/v1/monitors/${old?.id}`, { enabled: false })
    expect([answer.status, answer.body.code]).toEqual([409, 'superseded'])
  })
})

describe('the state of labels', () => {
  const status = async (model = 'late') => {
    const answer = await send('GET', `/api/v1/labels/status?model=${model}`)
    return answer.status === 200 ? LabelStatusSchema.parse(answer.body) : answer.status
  }

  it('tells those that were not looked up from those that wait, until their records come', async () => {
    const work = async () => {
      await summarise(api.contextFor(SYSTEM))
      await joinLabels(api.contextFor(SYSTEM))
    }
    expect(await status()).toBe(404)
    await send('POST', '/api/v1/ingest/late', { prediction_id: 'a', prediction: 1 })
    const labels = ['a', 'b'].map((id) => ({ prediction_id: id, actual: 1 }))
    expect((await send('POST', '/api/v1/labels/late', labels)).body).toMatchObject({ accepted: 2 })
    expect(await status()).toMatchObject({ pending: 0, up_to_date: false })
    await work()
    expect(await status()).toEqual({ model: 'late', pending: 1, pending_days: 7, up_to_date: true })
    await send('POST', '/api/v1/ingest/late', { prediction_id: 'b', prediction: 1 })
    await work()
    expect(await status()).toMatchObject({ pending: 0, up_to_date: true })
    expect((await send('GET', '/api/v1/labels/status')).status).toBe(422)
  })
})
