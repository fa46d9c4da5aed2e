import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, it } from 'vitest'
import { parseAddressPolicy } from '@/lib/channels/address-policy'
import type { SendOptions } from '@/lib/channels/destination'
import { aMessage } from '@/lib/channels/message-testing'
import { sendMessage } from '@/lib/channels/send-message'
import { newSigningSecret } from '@/lib/channels/sign'
import { OK, type Receiver, type ReceiverMode, startReceiver } from '@/lib/channels/testing'

const SECRET = newSigningSecret()
const LOOPBACK: SendOptions = { policy: parseAddressPolicy(['127.0.0.0/8']), timeoutMs: 300 }
const PUBLIC_ONLY: SendOptions = { policy: parseAddressPolicy([]), timeoutMs: 300 }

let receiver: Receiver | null = null
afterEach(async () => {
  await receiver?.stop()
  receiver = null
})

async function send(mode: ReceiverMode, options = LOOPBACK) {
  receiver = await startReceiver(mode)
  return sendTo(receiver.url, options)
}

function sendTo(url: string, options = LOOPBACK) {
  const message = aMessage({ type: 'channel.test', alert: null })
  return sendMessage(
    { kind: 'webhook', url, secret: SECRET, settings: {} },
    { key: 'msg_1', message, nowMs: Date.now() },
    options,
  )
}

describe('one post to a receiver', () => {
  it('delivers a body that the receiver can verify', async () => {
    expect(await send(OK)).toMatchObject({ outcome: 'delivered', status: 200, answer: 'ok' })
    const message = receiver?.received[0]
    expect(new Webhook(SECRET).verify(message?.body ?? '', message?.headers ?? {})).toMatchObject({
      type: 'channel.test',
      data: { test: true },
    })
    expect(message?.headers['content-type']).toBe('application/json')
  })

  it.each<[string, ReceiverMode, object]>([
    ['is reset', { kind: 'reset' }, { outcome: 'retry', reason: 'econnreset', slow: false }],
    ['never answers', { kind: 'hang' }, { outcome: 'retry', reason: 'timeout', slow: false }],
    ['answers 200 with an endless body', { kind: 'endless' }, { outcome: 'delivered' }],
    ['answers 200 and never ends', { kind: 'ok_then_hang' }, { outcome: 'delivered' }],
    ['answers with a compressed bomb', { kind: 'gzip_bomb' }, { outcome: 'delivered' }],
    [
      'answers with giant headers',
      { kind: 'huge_headers' },
      { outcome: 'retry', reason: 'hpe_header_overflow' },
    ],
    [
      'answers that it speaks another protocol from now on',
      { kind: 'switches_protocol' },
      { outcome: 'retry', status: 101, slow: true },
    ],
    ['does not speak HTTP', { kind: 'not_http' }, { outcome: 'retry', status: null }],
  ])('copes with a receiver that %s', async (_name, mode, expected) => {
    const result = await send(mode)
    expect(result).toMatchObject(expected)
    expect(result.answer.length).toBeLessThanOrEqual(65_536)
    expect(result.durationMs).toBeLessThan(3_000)
  })

  it('tries again when nobody listens', async () => {
    const down = await startReceiver()
    await down.stop()
    expect(await sendTo(down.url)).toMatchObject({ outcome: 'retry', reason: 'econnrefused', slow: false })
  })

  it('honours Retry-After in seconds and as a date, up to an hour', async () => {
    const askedWait = async (value: string) => {
      const result = await send({ kind: 'status', status: 503, headers: { 'retry-after': value } })
      await receiver?.stop()
      return result.outcome === 'retry' ? result.afterMs : undefined
    }
    expect(await askedWait('7')).toBe(7_000)
    expect(await askedWait('999999')).toBe(3_600_000)
    expect(await askedWait('-5')).toBeNull()
    expect(await askedWait('soon')).toBeNull()
    expect(await askedWait(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(50_000)
  })

  it('does not follow a redirect to anywhere', async () => {
    await using inner = await startReceiver(OK)
    await send({ kind: 'status', status: 307, headers: { location: inner.url } })
    expect(inner.received).toEqual([])
  })
})

describe('the address policy when connecting', () => {
  it('refuses a loopback receiver by default and names the setting', async () => {
    expect(await send(OK, PUBLIC_ONLY)).toMatchObject({
      outcome: 'retry',
      reason: 'address_blocked',
      slow: true,
    })
    expect(receiver?.received).toEqual([])
  })

  it('refuses a name that was public when it was saved and is private now', async () => {
    receiver = await startReceiver(OK)
    const resolveAll = async () => [{ address: '127.0.0.1', family: 4 }]
    const result = await sendTo('http://rebind.example:8080/hook', { ...PUBLIC_ONLY, resolveAll })
    expect(result).toMatchObject({ outcome: 'retry', reason: 'address_blocked' })
  })

  it('refuses a name when one of its addresses is private', async () => {
    const resolveAll = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]
    expect(await sendTo('http://both.example/', { ...PUBLIC_ONLY, resolveAll })).toMatchObject({
      reason: 'address_blocked',
    })
  })

  it('connects to the address that was checked, and keeps the name in Host', async () => {
    receiver = await startReceiver(OK)
    const policy = parseAddressPolicy(['pager.internal'])
    const resolveAll = async () => [{ address: '127.0.0.1', family: 4 }]
    const url = `http://pager.internal:${receiver.port}/hook`
    expect(await sendTo(url, { policy, resolveAll, timeoutMs: 500 })).toMatchObject({ outcome: 'delivered' })
    expect(receiver.received[0]?.headers.host).toBe(`pager.internal:${receiver.port}`)
  })

  it('refuses cloud metadata even for a name the operator allowed', async () => {
    const policy = parseAddressPolicy(['pager.internal', '169.254.0.0/16'])
    const resolveAll = async () => [{ address: '169.254.169.254', family: 4 }]
    expect(await sendTo('http://pager.internal/', { policy, resolveAll })).toMatchObject({
      reason: 'address_blocked',
    })
  })

  it('tries again when a name does not resolve', async () => {
    const resolveAll = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
    const result = await sendTo('http://nowhere.example/', { ...PUBLIC_ONLY, resolveAll })
    expect(result).toMatchObject({ outcome: 'retry', reason: 'enotfound', slow: false })
  })
})
