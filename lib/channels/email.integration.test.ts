import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { parseAddressPolicy } from '@/lib/channels/address-policy'
import type { Attempt } from '@/lib/channels/destination'
import { aMessage, HOSTILE_NAMES, messageNamed } from '@/lib/channels/message-testing'
import { sendMessage } from '@/lib/channels/send-message'
import type { ChannelSettings } from '@/lib/domain/channel'

const OPTIONS = { policy: parseAddressPolicy(['127.0.0.0/8', 'mail.internal']), timeoutMs: 1_500 }
const SETTINGS: ChannelSettings = {
  from: 'plumbline@example.org',
  to: ['oncall@example.org'],
  security: 'none',
}

interface Mail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
  readonly hello: string
}

let stop: (() => Promise<void>) | null = null
afterEach(async () => {
  await stop?.()
  stop = null
})

/** A real mail server on loopback that keeps what it takes. */
async function startMail(options: SMTPServerOptions = {}): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
          hello: session.hostNameAppearsAs,
        })
        done(null, 'taken')
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  stop = () => new Promise((resolve) => server.close(() => resolve()))
  return { port: (server.server.address() as AddressInfo).port, mails }
}

/** A listener that says something else than a mail server would. */
async function startLiar(say: (write: (text: string) => void) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {})
    say((text) => !socket.destroyed && socket.write(text))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  stop = () => new Promise((resolve) => server.close(() => resolve()))
  return (server.address() as AddressInfo).port
}

function send(port: number, change: Partial<ChannelSettings> = {}, message = aMessage(), secret = '') {
  return sendMessage(
    { kind: 'email', url: `smtp://127.0.0.1:${port}`, secret, settings: { ...SETTINGS, ...change } },
    { key: 'msg_1', message, nowMs: Date.now() },
    OPTIONS,
  )
}

function inWords(attempt: Attempt): string {
  if (attempt.outcome === 'delivered') return 'delivered'
  if (attempt.outcome === 'give_up') return `give up: ${attempt.reason}`
  return `${attempt.slow ? 'mend' : 'again'}: ${attempt.reason}`
}

const fault = (responseCode: number) => Object.assign(new Error('no'), { responseCode })

describe('email', () => {
  it('arrives as one mail to all receivers, threaded by alert, marked as automatic', async () => {
    const { port, mails } = await startMail()
    const to = ['a@example.org', 'b@example.org']
    expect(inWords(await send(port, { to }))).toBe('delivered')
    expect(inWords(await send(port, { to }, aMessage({ type: 'alert.resolved' })))).toBe('delivered')
    expect(mails.map((mail) => mail.to)).toEqual([to, to])
    const [first = '', second = ''] = mails.map(({ raw }) => raw)
    const header = (raw: string, name: string) =>
      new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(raw)?.[1]
    expect(header(first, 'Message-ID')).toBe('<msg_1@plumbline.example>')
    expect(header(first, 'References')).toMatch(/^<alert-[0-9a-f]{32}@plumbline\.example>$/)
    expect(header(second, 'References')).toBe(header(first, 'References'))
    expect(header(first, 'Auto-Submitted')).toBe('auto-generated')
    expect(header(first, 'List-Id')).toBe('Plumbline alerts <alerts.plumbline.example>')
    expect(header(first, 'Subject')).toBe('[FIRING] fraud v7: KS 0.31 > 0.2 on amount')
    expect(first).toContain('multipart/alternative')
  })

  it.each([
    ['https://plumbline.example', /^plumbline\.example$/],
    ['http://localhost:3000', /[.[]/],
    ['http://10.1.2.3:3000', /^(?!10\.)/],
    ['http://[fd00::1]:3000', /^(?!.*fd00)/],
  ])('greets a server by a name that it may ask for: of %s', async (publicUrl, hello) => {
    const { port, mails } = await startMail()
    await send(port, {}, aMessage({ publicUrl }))
    expect(mails[0]?.hello).toMatch(hello)
  })

  it.each(HOSTILE_NAMES)('no name becomes a header, a receiver or markup: %j', async (name) => {
    const { port, mails } = await startMail()
    expect(inWords(await send(port, {}, messageNamed(name)))).toBe('delivered')
    const [mail] = mails
    expect(mail?.to).toEqual(['oncall@example.org'])
    const headers = mail?.raw.split('\r\n\r\n')[0] ?? ''
    expect(headers).not.toMatch(/^(bcc|to: .*everyone|body)/im)
    expect(headers.match(/^subject:/gim)).toHaveLength(1)
    expect(mail?.raw.split('Content-Type: text/html')[1]).not.toMatch(/<(script|img)/i)
  })

  it.each<[string, SMTPServerOptions, Partial<ChannelSettings>, string]>([
    ['greylists', { onRcptTo: (_address, _session, done) => done(fault(451)) }, {}, 'again: smtp_451'],
    [
      'does not know the receiver',
      { onRcptTo: (_address, _session, done) => done(fault(550)) },
      {},
      'give up: smtp_550',
    ],
    [
      'refuses the sender',
      { onMailFrom: (_address, _session, done) => done(fault(553)) },
      {},
      'give up: smtp_553',
    ],
    ['is full', { onMailFrom: (_address, _session, done) => done(fault(452)) }, {}, 'again: smtp_452'],
    [
      'refuses connections for now',
      { onConnect: (_session, done) => done(fault(421)) },
      {},
      'again: smtp_421',
    ],
    [
      'refuses the password',
      { onAuth: (_auth, _session, done) => done(fault(535)), allowInsecureAuth: true },
      { username: 'u' },
      'mend: smtp_login_refused',
    ],
    ['offers no TLS where it is asked for', {}, { security: 'starttls' }, 'mend: smtp_no_tls'],
    ['has a certificate that nobody knows', { disabledCommands: [] }, { security: 'starttls' }, 'again: '],
  ])('from a server that %s: what follows', async (_name, options, settings, expected) => {
    const { port, mails } = await startMail(options)
    expect(inWords(await send(port, settings, aMessage(), 'wrong'))).toContain(expected)
    expect(mails).toEqual([])
  })

  it('is delivered when one receiver of two is taken, and says so', async () => {
    const { port } = await startMail({
      onRcptTo: (address, _session, done) => done(address.address.startsWith('a') ? null : fault(550)),
    })
    const attempt = await send(port, { to: ['a@example.org', 'b@example.org'] })
    expect([inWords(attempt), attempt.answer]).toEqual([
      'delivered',
      expect.stringContaining('refused for 1'),
    ])
  })

  it.each<[string, (write: (text: string) => void) => void]>([
    ['says nothing', () => {}],
    ['greets for ever', (write) => void setInterval(() => write('220-x\r\n'), 50).unref()],
    ['pours without an end', (write) => write(`220 ${'x'.repeat(5_000_000)}`)],
    ['speaks HTTP', (write) => write('HTTP/1.1 200 OK\r\n\r\n')],
  ])('a listener that %s holds nobody up', async (_name, say) => {
    const port = await startLiar(say)
    const attempt = await send(port)
    expect(attempt.outcome).toBe('retry')
    expect(attempt.durationMs).toBeLessThan(3_000)
  })

  it('goes to a name only where all its addresses may be called', async () => {
    const { port, mails } = await startMail()
    const to = (host: string, address: string) =>
      sendMessage(
        { kind: 'email', url: `smtp://${host}:${port}`, secret: '', settings: SETTINGS },
        { key: 'msg_1', message: aMessage(), nowMs: 0 },
        { ...OPTIONS, resolveAll: async () => [{ address, family: 4 }] },
      )
    expect(inWords(await to('mail.internal', '127.0.0.1'))).toBe('delivered')
    expect(inWords(await to('mail.internal', '169.254.169.254'))).toBe('mend: address_blocked')
    expect(inWords(await to('mail.example', '127.0.0.1'))).toBe('mend: port_not_allowed')
    expect(mails).toHaveLength(1)
  })
})
