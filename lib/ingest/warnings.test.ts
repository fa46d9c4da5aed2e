import { describe, expect, it } from 'vitest'
import { parse } from '@/lib/ingest/testing'
import { nearestField } from '@/lib/ingest/unknown-fields'

const warningsOf = (body: unknown, kind: 'records' | 'labels' = 'records') =>
  parse(typeof body === 'string' ? body : JSON.stringify(body), { kind }).warnings.all
const GOOD = { features: { a: 1 }, prediction: 1 }

describe('warnings', () => {
  it('name an unknown field beside the features once a request, with how often it came and what was meant', () => {
    expect(warningsOf([{ ...GOOD, predicton_id: 'x' }, GOOD, { ...GOOD, predicton_id: 'y' }])).toEqual([
      {
        code: 'unknown_field',
        field: 'predicton_id',
        count: 2,
        message: expect.stringContaining('Did you mean "prediction_id"?'),
      },
    ])
  })

  it('say nothing of flat logs, where every unknown key is a feature, nor of envelopes', () => {
    expect(warningsOf({ age: 1, region: 'EU', prediction: 1 })).toEqual([])
    expect(warningsOf({ host: 'h', source_type: 'file', message: JSON.stringify(GOOD) })).toEqual([])
  })

  it('look around a list of records and into labels too', () => {
    expect(warningsOf({ modle: 'm', records: [GOOD] })).toMatchObject([{ field: 'modle', count: 1 }])
    expect(warningsOf({ model: 'm', events: [GOOD, GOOD] })).toEqual([])
    expect(warningsOf({ prediction_id: 'x', actual: 1, wieght: 2 }, 'labels')).toMatchObject([
      { field: 'wieght', message: expect.stringContaining('"weight"') },
    ])
  })

  it('are at most ten, however many fields there are and however long their names', () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ ...GOOD, [`${'x'.repeat(5_000)}${i}`]: 1 }))
    const { warnings } = parse(JSON.stringify(many))
    expect(warnings.all).toHaveLength(10)
    expect(warnings.isTruncated).toBe(true)
    expect(JSON.stringify(warnings.all).length).toBeLessThan(3_000)
  })

  it('take keys that mean something to JavaScript for keys', () => {
    const body = '{"features":{"a":1},"__proto__":{"admin":true},"constructor":1,"toString":2}'
    expect(warningsOf(body).map(({ field }) => field)).toEqual(['__proto__', 'constructor', 'toString'])
  })

  it('tell of whole numbers that a double cannot hold, once a feature, but not of large measurements', () => {
    const body =
      '[{"features":{"id":9007199254740993,"x":1e300}},{"features":{"id":9007199254740995,"x":-1e25}}]'
    expect(warningsOf(body)).toMatchObject([{ code: 'imprecise_number', field: 'features.id', count: 2 }])
    expect(warningsOf('{"features":{"in":{"id":-9007199254740993}}}')).toMatchObject([
      { field: 'features.in.id', count: 1 },
    ])
  })
})

describe('nearestField', () => {
  it.each([
    ['predicton', 'prediction'],
    ['Timestamp', 'timestamp'],
    ['model-version', 'model_version'],
    ['lable', 'label'],
    ['latencyms', 'latency_ms'],
  ])('takes %s for %s', (key, field) => {
    expect(nearestField(key)).toBe(field)
  })

  it.each(['host', 'x', 'source_type', 'k8s_pod_name', 'a'.repeat(1_000)])('has no guess for %s', (key) => {
    expect(nearestField(key)).toBeNull()
  })
})
