import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, it } from 'vitest'
import { parseAddressPolicy } from '@/lib/channels/address-policy'
import { alertmanagerWebhookBody } from '@/lib/channels/alertmanager-webhook'
import type { Attempt, Destination } from '@/lib/channels/destination'
import { mailOf } from '@/lib/channels/email'
import { aMessage, FIRED_MS, HOSTILE_NAMES, hugeMessage, messageNamed } from '@/lib/channels/message-testing'
import { sendMessage } from '@/lib/channels/send-message'
import { newSigningSecret } from '@/lib/channels/sign'
import { type Receiver, startReceiver } from '@/lib/channels/testing'
import type { ChannelKind } from '@/lib/domain/channel'
import type { Message } from '@/lib/domain/message'

const SECRET = newSigningSecret()
const KEY = 'R'.repeat(32)
const OPTIONS = { policy: parseAddressPolicy(['127.0.0.0/8']), timeoutMs: 2_000 }
const SECRETS: Readonly<Partial<Record<ChannelKind, string>>> = {
  webhook: SECRET,
  alertmanager_webhook: SECRET,
  pagerduty: KEY,
  alertmanager: 'user:pass',
}
const HTTP_KINDS = ['webhook', 'slack', 'teams', 'pagerduty', 'alertmanager', 'alertmanager_webhook'] as const

let receiver: Receiver | null = null
afterEach(async () => {
  await receiver?.stop()
  receiver = null
})

function destination(kind: ChannelKind, url: string): Destination {
  return { kind, url, secret: SECRETS[kind] ?? '', settings: {} }
}

async function send(kind: ChannelKind, message: Message = aMessage()) {
  receiver ??= await startReceiver()
  const outbound = { key: 'msg_1', message, nowMs: Date.now() }
  return sendMessage(destination(kind, receiver.url), outbound, OPTIONS)
}

/** The body that the receiver got. */
async function bodyOf(kind: ChannelKind, message: Message) {
  await send(kind, message)
  const text = receiver?.received.at(-1)?.body ?? ''
  return { text, json: JSON.parse(text) }
}

function inWords(attempt: Attempt): string {
  if (attempt.outcome === 'delivered') return 'delivered'
  if (attempt.outcome === 'give_up') return `give up: ${attempt.reason}`
  const wait = attempt.afterMs === null ? '' : ` in ${attempt.afterMs / 1_000} s`
  return `${attempt.slow ? 'mend' : 'again'}: ${attempt.reason}${wait}`
}

/** status, Retry-After, body → what every HTTP channel makes of it, unless it is named. */
const ANSWERS: readonly (readonly [number, string, string, string, Partial<Record<ChannelKind, string>>?])[] =
  [
    [200, '', 'ok', 'delivered'],
    [201, '', '', 'delivered'],
    [202, '', '', 'delivered'],
    [204, '', '', 'delivered'],
    [200, '', '{"ok":true}', 'delivered'],
    [200, '', 'invalid_token', 'delivered', { slack: 'mend: unexpected_answer' }],
    [
      200,
      '',
      '<!doctype html><title>Sign in</title>',
      'delivered',
      {
        slack: 'mend: unexpected_answer',
        teams: 'mend: unexpected_answer',
        alertmanager: 'mend: unexpected_answer',
      },
    ],
    [
      200,
      '',
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x',
      'delivered',
      { slack: 'mend: unexpected_answer', teams: 'again: http_429' },
    ],
    [301, '', '', 'mend: redirect'],
    [302, '', '', 'mend: redirect'],
    [307, '', '', 'mend: redirect'],
    [400, '', '', 'mend: http_400'],
    [401, '', '', 'mend: http_401'],
    [403, '', '', 'mend: http_403'],
    [404, '', '', 'mend: http_404'],
    [408, '', '', 'again: http_408'],
    [410, '', '', 'give up: gone'],
    [413, '', '', 'mend: http_413'],
    [422, '', '', 'mend: http_422'],
    [425, '', '', 'again: http_425'],
    [429, '', '', 'again: http_429'],
    [429, '30', '', 'again: http_429 in 30 s'],
    [429, '999999', '', 'again: http_429 in 3600 s'],
    [429, '-1', '', 'again: http_429'],
    [500, '', '', 'again: http_500'],
    [502, '', '', 'again: http_502'],
    [503, '5', '', 'again: http_503 in 5 s'],
    [504, '', '', 'again: http_504'],
  ]

describe('what an answer means', () => {
  it.each(HTTP_KINDS)('to %s, status by status', async (kind) => {
    receiver = await startReceiver()
    for (const [status, retryAfter, body, expected, special] of ANSWERS) {
      const headers: Record<string, string> = retryAfter === '' ? {} : { 'retry-after': retryAfter }
      receiver.behave({
        kind: 'status',
        status,
        headers: { ...headers, location: 'http://127.0.0.1:1/' },
        body,
      })
      const said = `${status} ${body}`
      expect(`${said} → ${inWords(await send(kind))}`).toBe(`${said} → ${special?.[kind] ?? expected}`)
    }
  })

  it.each(HTTP_KINDS)('to %s, when nothing is answered', async (kind) => {
    receiver = await startReceiver({ kind: 'reset' })
    expect(inWords(await send(kind))).toBe('again: econnreset')
    receiver.behave({ kind: 'not_http' })
    expect(inWords(await send(kind))).toMatch(/^again: /)
    await receiver.stop()
    expect(inWords(await send(kind))).toBe('again: econnrefused')
  })

  it.each(HTTP_KINDS)('to %s, an address that may not be called', async (kind) => {
    const outbound = { key: 'msg_1', message: aMessage(), nowMs: 0 }
    const policy = parseAddressPolicy([])
    const attempt = await sendMessage(destination(kind, 'http://127.0.0.1:9093/x'), outbound, { policy })
    expect(inWords(attempt)).toBe('mend: address_blocked')
  })
})

describe('a message in each form', () => {
  it('as a signed webhook', async () => {
    const { json } = await bodyOf('webhook', aMessage())
    expect(json).toMatchObject({
      type: 'alert.firing',
      timestamp: '2026-11-17T02:00:31Z',
      data: {
        title: '[FIRING] fraud v7: KS 0.31 > 0.2 on amount',
        value: 0.31,
        value_text: '0.31',
        p_corrected: 1e-8,
        since: '2026-11-17T00:00:00Z',
        window: { start: '2026-11-17T01:00:00Z', end: '2026-11-17T02:00:00Z' },
        windows_breached: 2,
        dedup_key: 'fraud/v7/input_drift/2026-11-17T00%3A00%3A00Z',
      },
    })
    expect(json.data.text.split('\n').at(-1)).toBe('http://plumbline.example/alerts/42')
  })

  it('both webhooks can be verified by any library of the scheme', async () => {
    for (const kind of ['webhook', 'alertmanager_webhook'] as const) {
      await send(kind)
      const { body = '', headers = {} } = receiver?.received.at(-1) ?? {}
      expect(new Webhook(SECRET).verify(body, headers)).toBeTruthy()
    }
  })

  it('as Slack blocks', async () => {
    const { json } = await bodyOf('slack', aMessage())
    expect(json.text).toBe('[FIRING] fraud v7: KS 0.31 &gt; 0.2 on amount')
    expect(json.blocks.map(({ type }: { type: string }) => type)).toEqual(['header', 'section', 'context'])
    expect(json.blocks[2].elements[0].text).toContain('<http://plumbline.example/alerts/42|Open>')
  })

  it('as an Adaptive Card', async () => {
    const { json } = await bodyOf('teams', aMessage())
    const { content, contentType } = json.attachments[0]
    expect(contentType).toBe('application/vnd.microsoft.card.adaptive')
    expect(content.body[0].inlines[0].text).toBe('[FIRING] fraud v7: KS 0.31 > 0.2 on amount')
    expect(content.actions.map(({ title }: { title: string }) => title)).toEqual(['Open', 'Chart', 'Runbook'])
  })

  it.each([
    ['alert.firing', 'trigger'],
    ['alert.updated', 'trigger'],
    ['alert.acknowledged', 'acknowledge'],
    ['alert.resolved', 'resolve'],
  ] as const)('as a PagerDuty event: %s is %s, under one key', async (type, action) => {
    const { json } = await bodyOf('pagerduty', aMessage({ type }))
    expect(json).toMatchObject({
      routing_key: KEY,
      event_action: action,
      dedup_key: 'fraud/v7/input_drift/2026-11-17T00%3A00%3A00Z',
    })
    expect(json.payload?.severity).toBe(action === 'trigger' ? 'warning' : undefined)
  })

  it('as an alert for Alertmanager, that lasts until it is sent again, and ends when it is over', async () => {
    const { json } = await bodyOf('alertmanager', aMessage())
    expect(json[0].labels).toEqual({
      alertname: 'PlumblineInputDrift',
      severity: 'warning',
      job: 'plumbline',
      instance: 'plumbline.example',
      model: 'fraud',
      version: 'v7',
      cause: 'input_drift',
      owner: 'risk team',
    })
    expect(json[0].annotations.summary).toBe('fraud v7: KS 0.31 > 0.2 on amount')
    expect(Date.parse(json[0].endsAt)).toBeGreaterThan(Date.now() + 14 * 60_000)
    expect(receiver?.received[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('user:pass').toString('base64')}`,
    )
    const over = await bodyOf(
      'alertmanager',
      aMessage({ type: 'alert.resolved' }, { resolvedMs: Date.now() - 5 }),
    )
    expect(over.json[0].labels).toEqual(json[0].labels)
    expect(over.json[0].annotations).toEqual(json[0].annotations)
    expect(Date.parse(over.json[0].endsAt)).toBeLessThanOrEqual(Date.now())
  })

  it('ends the warning when it becomes critical, because labels are identity over there', async () => {
    const { json } = await bodyOf('alertmanager', aMessage({}, { severity: 'critical', isRaised: true }))
    expect(json.map((one: { labels: { severity: string } }) => one.labels.severity)).toEqual([
      'critical',
      'warning',
    ])
    expect(Date.parse(json[1].endsAt)).toBeLessThanOrEqual(Date.now() + 1)
  })

  it('as Alertmanager would post it', () => {
    expect(alertmanagerWebhookBody(aMessage(), 0)).toMatchObject({
      version: '4',
      status: 'firing',
      groupLabels: { alertname: 'PlumblineInputDrift' },
      alerts: [{ status: 'firing', endsAt: '0001-01-01T00:00:00Z', labels: { model: 'fraud' } }],
    })
  })
})

describe('links that act without signing in', () => {
  const acts = (['acknowledge', 'silence', 'false_alarm'] as const).map((action) => ({
    action,
    url: `https://plumbline.example/act/${action}.42.3.mh2xk1.mac`,
    expiresMs: Date.UTC(2026, 10, 18, 2),
  }))

  it('stand in the webhook by name, with their end', async () => {
    const { json } = await bodyOf('webhook', aMessage({ acts }))
    expect(json.data.acts).toEqual({
      acknowledge: acts[0]?.url,
      silence: acts[1]?.url,
      false_alarm: acts[2]?.url,
      expires_at: '2026-11-18T02:00:00Z',
    })
    expect((await bodyOf('webhook', aMessage())).json.data).not.toHaveProperty('acts')
  })

  it('stand beside the others in Slack, Teams and mail', async () => {
    const { json } = await bodyOf('slack', aMessage({ acts }))
    expect(json.blocks[2].elements[0].text).toContain(`<${acts[1]?.url}|Silence 4 h>`)
    const { content } = (await bodyOf('teams', aMessage({ acts }))).json.attachments[0]
    // Teams shows six.
    expect(content.actions.map(({ title }: { title: string }) => title)).toEqual([
      'Open',
      'Chart',
      'Runbook',
      'Acknowledge',
      'Silence 4 h',
      'False alarm',
    ])
    const mail = mailOf({}, { key: 'msg_1', message: aMessage({ acts }) })
    expect(mail.text).toContain(`Acknowledge: ${acts[0]?.url}`)
    expect(mail.html).toContain(`<a href="${acts[2]?.url}">False alarm</a>`)
  })
})

describe('names that try to be more than names', () => {
  it.each(HOSTILE_NAMES)('stay text everywhere: %j', async (name) => {
    const message = messageNamed(name)
    const slack = (await bodyOf('slack', message)).json
    const shown: string[] = [slack.text, slack.blocks[0].text.text, slack.blocks[1].text.text]
    for (const text of shown) expect(text.replace(/&(amp|lt|gt);/g, '')).not.toMatch(/[<>&]/)
    for (const block of slack.blocks.slice(0, 2)) expect(block.text.type).toBe('plain_text')
    expect(slack.blocks[2].elements[0].text).not.toContain('evil.example')
    const { content } = (await bodyOf('teams', message)).json.attachments[0]
    for (const block of content.body) expect(block.type).toBe('RichTextBlock')
    const [prom] = (await bodyOf('alertmanager', message)).json
    for (const [label, value] of Object.entries<string>(prom.labels)) {
      expect(label).toMatch(/^[a-z_]+$/)
      expect(value).not.toMatch(/[\p{Cc}\u2028\u202e]/u)
      expect(value.length).toBeLessThanOrEqual(256)
    }
    const { payload } = (await bodyOf('pagerduty', message)).json
    expect(payload.summary).not.toMatch(/\p{Cc}/u)
    expect(payload.source).not.toBe('')
  })
})

describe('a message that is too long', () => {
  it('is cut to what each destination takes', async () => {
    const huge = hugeMessage()
    const size = async (kind: ChannelKind) => Buffer.byteLength((await bodyOf(kind, huge)).text)
    expect(await size('webhook')).toBeLessThanOrEqual(20_000)
    expect(await size('teams')).toBeLessThanOrEqual(28_000)
    expect(await size('pagerduty')).toBeLessThanOrEqual(512_000)
    const { json: slack } = await bodyOf('slack', huge)
    expect(slack.blocks[0].text.text.length).toBeLessThanOrEqual(150)
    expect(slack.blocks[1].text.text.length).toBeLessThanOrEqual(3_000)
    const { json: event } = await bodyOf('pagerduty', huge)
    expect(event.payload.summary.length).toBeLessThanOrEqual(1_024)
    expect(event.dedup_key.length).toBeLessThanOrEqual(255)
    const [prom] = (await bodyOf('alertmanager', huge)).json
    expect(prom.annotations).toHaveProperty('link')
    expect(prom.annotations).not.toHaveProperty('chart')
  })

  it('leaves a long chart and runbook out of Slack’s line of links, never what acts', async () => {
    const long = `https://runbooks.example/${'x'.repeat(1_900)}`
    const url = `http://plumbline.example/act/acknowledge.42.7.x.${'A'.repeat(43)}`
    const acts = [{ action: 'acknowledge', url, expiresMs: FIRED_MS }] as const
    const { json } = await bodyOf('slack', aMessage({ acts }, { chart: long, runbook: long }))
    const links: string = json.blocks[2].elements[0].text
    expect(links.length).toBeLessThanOrEqual(3_000)
    expect(links.match(/\|[\w ]+>/g)).toEqual(['|Open>', '|Chart>', '|Acknowledge>'])
  })
})
