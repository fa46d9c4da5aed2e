import { encode } from '@msgpack/msgpack'
import { describe, expect, it } from 'vitest'
import type { RefusedKind } from '@/lib/domain/record'
import { createDataReader } from '@/lib/ingest/formats/cloud-events'
import { readForm } from '@/lib/ingest/formats/form'
import { readMsgpack } from '@/lib/ingest/formats/msgpack'
import { readWith, recordsOf } from '@/lib/ingest/formats/testing'
import { NOW_MS, parse } from '@/lib/ingest/testing'

type SideKind = Exclude<RefusedKind, 'records'>

const AT = new Date(NOW_MS - 60_000).toISOString()

const SENT: Readonly<Record<SideKind, object>> = {
  labels: { model: 'shop', prediction_id: 'p', actual: 'yes' },
  events: { model: 'shop', prediction_id: 'p', event: 'click' },
  resources: { model: 'shop', load: 1.5, pod: 'a' },
}
const KINDS = Object.keys(SENT) as SideKind[]

/** What was read of one body, without ids that depend on it. */
function taken(kind: SideKind, batch: ReturnType<typeof parse>) {
  expect(batch.refusals).toEqual([])
  if (kind === 'labels') return batch.labels
  return recordsOf(batch).map(({ model, f, cpu, at, t }) => ({ model, f, cpu, at, t }))
}

describe.each(KINDS)('%s in what shippers put around them', (kind) => {
  const sent = SENT[kind]
  const text = JSON.stringify(sent)
  const rules = { kind, model: null }
  const wanted = taken(kind, parse(JSON.stringify({ ...sent, timestamp: AT }), rules))

  it.each([
    ['a line of Fluent Bit', { log: `${text}\n`, stream: 'stdout', date: Date.parse(AT) / 1_000 }],
    ['a line of Vector', { message: text, timestamp: AT, host: 'h', source_type: 'file' }],
    ['a line of syslog-ng', { MESSAGE: `@cee: ${text}`, '@timestamp': AT }],
    ['an object under a name', { event: sent, time: AT }],
    ['envelopes in envelopes', { message: JSON.stringify({ log: text, time: AT }), timestamp: NOW_MS }],
  ])('are read as they are alone, with its time: %s', (_what, envelope) => {
    expect(taken(kind, parse(JSON.stringify(envelope), rules))).toEqual(wanted)
  })

  it('are read from MessagePack with a time', () => {
    const body = encode([Date.parse(AT) / 1_000, sent])
    expect(taken(kind, readWith(readMsgpack, body, rules))).toEqual(wanted)
  })

  it('are read from form fields', () => {
    const body = new URLSearchParams({ message: text, '@timestamp': AT }).toString()
    expect(taken(kind, readWith(readForm, body, rules))).toEqual(wanted)
  })

  it('are read from CloudEvents, whose own id is none of a prediction', () => {
    const event = { specversion: '1.0', id: 'e', type: 'x', source: '/', time: AT, data: sent }
    const encoded = { ...event, data: undefined, data_base64: Buffer.from(text).toString('base64') }
    const all = taken(kind, readWith(createDataReader(null), JSON.stringify([event, encoded]), rules))
    const once = readWith(
      createDataReader((name) => (name === 'time' ? AT : null)),
      text,
      rules,
    )
    expect(taken(kind, once)).toEqual(wanted)
    if (kind === 'labels') expect(all).toMatchObject([{ labels: [{ id: 'p' }, { id: 'p' }] }])
    else expect(all).toEqual([...wanted, ...wanted])
  })
})

describe('an object that says what is sent', () => {
  it('is no envelope, whatever it holds besides', () => {
    const label = {
      model: 'shop',
      prediction_id: 'p',
      actual: 1,
      message: '{"prediction_id":"q","actual":2}',
    }
    expect(parse(JSON.stringify(label), { kind: 'labels' }).labels).toMatchObject([
      { labels: [{ id: 'p', y: 1 }] },
    ])
    const event = { prediction_id: 'p', event: 'click', message: '{"prediction_id":"q","event":"redo"}' }
    expect(recordsOf(parse(JSON.stringify(event), { kind: 'events' }))).toMatchObject([
      { id: expect.stringContaining('click') },
    ])
    const sample = { load: 1, message: '{"load":2}' }
    expect(recordsOf(parse(JSON.stringify(sample), { kind: 'resources' }))).toMatchObject([{ cpu: 1 }])
  })

  it.each(KINDS)('is looked for inside as deep as a record may be: %s', (kind) => {
    const deep = `{"a":${'['.repeat(9)}${']'.repeat(9)}}`
    expect(parse(JSON.stringify({ message: deep }), { kind }).refusals).toMatchObject([{ code: 'too_deep' }])
  })
})
