import { describe, expect, it } from 'vitest'
import { hideSecrets } from '@/lib/services/notifications/channel-secrets'

const PATH = '/services/T024/B042/ZnJhdWQtb24tY2FsbA'
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('an answer that says again what it was asked', () => {
  it.each<[string, { url?: string; secret?: string; username?: string }, string, string]>([
    ['an address', {}, `Cannot POST ${PATH}`, 'Cannot POST …'],
    ['it in JSON', {}, `{"path":"${PATH}","status":404}`, '{"path":"…","status":404}'],
    ['a token of it', { url: 'https://h.example/?token=tok-0042' }, 'token=tok-0042?', '…?'],
    [
      'a token in HTML',
      { url: `https://h.example${PATH}?a=1&amp;b=2` },
      `<pre>${PATH}</pre>`,
      '<pre>…</pre>',
    ],
    ['a bearer token', { secret: 'tok-00420042' }, 'Bearer tok-00420042 is unknown', 'Bearer … is unknown'],
    ['a basic header', { secret: 'ada:pass-0042' }, `Basic ${base64('ada:pass-0042')}`, 'Basic …'],
    ['a password', { secret: 'ada:pass-0042' }, 'wrong: pass-0042', 'wrong: …'],
    ['a mail login', { secret: 'pass-0042', username: 'ada' }, `535 ${base64('\0ada\0pass-0042')}`, '535 …'],
    ['nothing of it', { url: 'https://h.example/', secret: '' }, 'no_service /', 'no_service /'],
  ])('says nothing of it: %s', (_name, { url, secret, username }, answer, shown) => {
    const channel = { url: url ?? `https://h.example${PATH}`, secret: secret ?? '', settings: { username } }
    expect(hideSecrets(answer, channel)).toBe(shown)
  })
})
