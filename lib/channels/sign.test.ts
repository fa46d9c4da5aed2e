import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { areSigningSecrets, newSigningSecret, signatureHeaders } from '@/lib/channels/sign'

describe('signing a message', () => {
  it('is verified by the Standard Webhooks library', () => {
    const secret = newSigningSecret()
    const body = JSON.stringify({ type: 'alert.firing', data: { title: 'grün ≠ 綠' } })
    const headers = signatureHeaders(secret, 'msg_1', Date.now(), body)
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body))
  })

  it('is refused by it when the body or the secret differs', () => {
    const secret = newSigningSecret()
    const headers = signatureHeaders(secret, 'msg_1', Date.now(), '{}')
    expect(() => new Webhook(secret).verify('{"a":1}', headers)).toThrow()
    expect(() => new Webhook(newSigningSecret()).verify('{}', headers)).toThrow()
  })

  it('is verified by receivers of the new and of the old secret while they change over', () => {
    const [next, old] = [newSigningSecret(), newSigningSecret()]
    const headers = signatureHeaders(`${next} ${old}`, 'msg_1', Date.now(), '{}')
    for (const secret of [next, old]) expect(new Webhook(secret).verify('{}', headers)).toEqual({})
  })

  it('gives the signature of the published example', () => {
    const headers = signatureHeaders(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330_000,
      '{"test": 2432232314}',
    )
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  it('knows usable secrets', () => {
    const secret = newSigningSecret()
    expect(areSigningSecrets(secret)).toBe(true)
    expect(areSigningSecrets(`${secret} ${newSigningSecret()}`)).toBe(true)
    expect(areSigningSecrets(`${secret} ${secret} ${secret}`)).toBe(false)
    expect(areSigningSecrets(`${secret} short`)).toBe(false)
    expect(areSigningSecrets('whsec_')).toBe(false)
    expect(areSigningSecrets('whsec_c2hvcnQ=')).toBe(false)
    expect(areSigningSecrets('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toBe(false)
  })
})
