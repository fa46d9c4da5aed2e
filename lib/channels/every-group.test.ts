import { describe, expect, it } from 'vitest'
import { alertmanager } from '@/lib/channels/alertmanager'
import { alertmanagerWebhookBody } from '@/lib/channels/alertmanager-webhook'
import { mailOf } from '@/lib/channels/email'
import { aMessage, HOSTILE_NAMES, hugeMessage, messageNamed } from '@/lib/channels/message-testing'
import { slackBody } from '@/lib/channels/slack'
import { teamsBody } from '@/lib/channels/teams'
import { webhookBody } from '@/lib/channels/webhook'
import type { Message } from '@/lib/domain/message'

/** A message that tells of `told` alerts and names these. */
function group(messages: readonly Message[], told = messages.length): Message {
  const over = messages.filter(({ type }) => type === 'alert.resolved').length
  return aMessage({
    type: 'alert.group',
    title: `[FIRING] ${told} alerts on fraud; worst: ${messages[0]?.title}`,
    lines: [`Firing: ${told - over} warnings; over: ${over}.`],
    link: 'http://plumbline.example/alerts',
    alert: null,
    group: { messages, told, firing: told - over, critical: 0, over, severity: 'warning' },
  })
}

const one = (id: number, change: Partial<Message> = {}) =>
  aMessage(
    {
      title: `[FIRING] fraud v${id}: KS 0.31 > 0.2 on amount`,
      link: `http://plumbline.example/alerts/${id}`,
      ...change,
    },
    {
      alertId: id,
      version: `v${id}`,
      dedupKey: `fraud/v${id}/input_drift/x`,
      ...(change.type === 'alert.resolved' ? { state: 'resolved', resolvedMs: 1_800_000_000_000 } : {}),
    },
  )
const ten = Array.from({ length: 10 }, (_, index) => one(index + 1))

/** As a program reads it. */
const bodies = {
  webhook: (message: Message) => JSON.parse(webhookBody(message)),
  slack: (message: Message) => JSON.parse(JSON.stringify(slackBody(message))),
  teams: (message: Message) => JSON.parse(teamsBody(message)).attachments[0].content,
}

describe('several alerts in one message', () => {
  it('as a webhook: every alert by its key, with what became of it', () => {
    const { type, data } = bodies.webhook(group([one(1), one(2, { type: 'alert.resolved' })], 5))
    expect(type).toBe('alert.group')
    expect(data).toMatchObject({ state: 'firing', told: 5, firing: 4, over: 1, not_listed: 3 })
    expect(data.alerts).toMatchObject([
      { type: 'alert.firing', alert_id: 1, dedup_key: 'fraud/v1/input_drift/x', model: 'fraud' },
      { type: 'alert.resolved', alert_id: 2, resolved_at: '2027-01-15T08:00:00Z' },
    ])
    expect(data.text.split('\n').slice(-2)).toEqual(['… and 3 more.', 'http://plumbline.example/alerts'])
  })

  it('as Slack blocks: the worst by name, each with its link, the others counted', () => {
    const { text, blocks } = bodies.slack(group(ten, 1_000))
    expect(text).toContain('1000 alerts on fraud')
    expect(blocks[1].text.text).toContain('10. [FIRING] fraud v10: KS 0.31 &gt; 0.2 on amount')
    expect(blocks[1].text.text).toContain('… and 990 more.')
    const links: string = blocks[2].elements[0].text
    expect(links).toContain('<http://plumbline.example/alerts/3|3>')
    expect(links).toContain('<http://plumbline.example/alerts|All alerts>')
  })

  it('as an Adaptive Card: lines that lead to their alerts', () => {
    const { body, actions } = bodies.teams(group(ten, 12))
    expect(body).toHaveLength(13)
    expect(body[2].inlines[0]).toMatchObject({
      text: '1. [FIRING] fraud v1: KS 0.31 > 0.2 on amount',
      selectAction: { type: 'Action.OpenUrl', url: 'http://plumbline.example/alerts/1' },
    })
    expect(actions.map(({ title }: { title: string }) => title)).toEqual(['All alerts'])
  })

  it('as a mail: a list with links, in the threads of its alerts', () => {
    const mail = mailOf(
      { from: 'a@b.example', to: ['c@d.example'] },
      { key: 'msg_1', message: group(ten, 12) },
    )
    expect(mail.text).toContain(
      '2. [FIRING] fraud v2: KS 0.31 > 0.2 on amount\n   http://plumbline.example/alerts/2',
    )
    expect(mail.text).toContain('… and 2 more.')
    expect(mail.html).toContain('<a href="http://plumbline.example/alerts/2">')
    const lone = mailOf({}, { key: 'msg_2', message: one(1) })
    expect(mail.references).toHaveLength(10)
    expect(mail.references).toContain(lone.inReplyTo)
  })

  it('as Alertmanager would post it: what they have in common apart', () => {
    const body = alertmanagerWebhookBody(group([one(1), one(2, { type: 'alert.resolved' })], 5), 0)
    expect(body).toMatchObject({
      status: 'firing',
      truncatedAlerts: 3,
      groupLabels: { alertname: 'PlumblineInputDrift' },
      alerts: [
        { status: 'firing', labels: { version: 'v1' } },
        { status: 'resolved', labels: { version: 'v2' } },
      ],
    })
    expect(body.commonLabels).not.toHaveProperty('version')
    expect(body.commonLabels).toMatchObject({ model: 'fraud' })
  })

  it('to Alertmanager: one request, an alert each', () => {
    const destination = {
      kind: 'alertmanager',
      url: 'http://am.example:9093',
      secret: '',
      settings: {},
    } as const
    const call = alertmanager.call(destination, { key: 'msg_1', message: group(ten), nowMs: 0 })
    const alerts: { labels: { version: string } }[] = JSON.parse(call.body)
    expect(alerts.map(({ labels }) => labels.version)).toEqual(ten.map((_, index) => `v${index + 1}`))
  })
})

describe('several alerts with links that act on all of them', () => {
  const expiresMs = Date.UTC(2026, 10, 18, 2)
  const acts = (['acknowledge', 'silence'] as const).map((action) => ({
    action,
    url: `http://plumbline.example/act/${action}.g7.1.x.${'A'.repeat(43)}`,
    expiresMs,
  }))
  const [acknowledge, silence] = acts.map(({ url }) => url)

  it('carry them where single alerts do, and say that they are for all', () => {
    const message = { ...group(ten, 12), acts }
    expect(bodies.webhook(message).data.acts).toEqual({
      acknowledge,
      silence,
      expires_at: '2026-11-18T02:00:00Z',
    })
    const links: string = bodies.slack(message).blocks[2].elements[0].text
    expect(links).toContain(`<${acknowledge}|Acknowledge all>  ·  <${silence}|Silence all 4 h>`)
    const actions: { title: string; url: string }[] = bodies.teams(message).actions
    expect(actions.map(({ title, url }) => [title, url])).toEqual([
      ['All alerts', message.link],
      ['Acknowledge all', acknowledge],
      ['Silence all 4 h', silence],
    ])
    const mail = mailOf({}, { key: 'msg_1', message })
    expect(mail.text).toContain(`Acknowledge all: ${acknowledge}\nSilence all 4 h: ${silence}`)
    expect(mail.html).toContain(`<a href="${silence}">Silence all 4 h</a>`)
  })

  it('keep them when the others are cut', () => {
    const message = { ...group(Array.from({ length: 40 }, hugeMessage), 1_000), acts }
    expect(Buffer.byteLength(webhookBody(message))).toBeLessThanOrEqual(20_000)
    expect(bodies.webhook(message).data.acts).toMatchObject({ acknowledge })
  })
})

describe('several alerts with names that try to be more than names', () => {
  it('stay text everywhere', () => {
    const message = group(HOSTILE_NAMES.slice(0, 10).map(messageNamed))
    const slack = bodies.slack(message)
    const shown: string[] = [slack.text, slack.blocks[0].text.text, slack.blocks[1].text.text]
    for (const text of shown) expect(text.replace(/&(amp|lt|gt);/g, '')).not.toMatch(/[<>&]/)
    expect(slack.blocks[2].elements[0].text).not.toContain('evil.example')
    for (const block of bodies.teams(message).body) expect(block.type).toBe('RichTextBlock')
    const mail = mailOf({}, { key: 'msg_1', message })
    expect(mail.subject).not.toMatch(/\p{Cc}/u)
    expect(String(mail.html).replace(/<\/?(div|p|strong|a)( [a-z]+="[^"<>]*")*>/g, '')).not.toMatch(/[<>]/)
  })
})

describe('several alerts that are too long', () => {
  it('are cut to what each destination takes', () => {
    const message = group(Array.from({ length: 40 }, hugeMessage), 1_000)
    expect(Buffer.byteLength(webhookBody(message))).toBeLessThanOrEqual(20_000)
    const { data } = bodies.webhook(message)
    expect(data.not_listed).toBe(1_000 - data.alerts.length)
    expect(
      Buffer.byteLength(teamsBody(group(message.group?.messages.slice(0, 10) ?? []))),
    ).toBeLessThanOrEqual(28_000)
    const { blocks } = bodies.slack(group(message.group?.messages.slice(0, 10) ?? []))
    expect(blocks[0].text.text.length).toBeLessThanOrEqual(150)
    expect(blocks[1].text.text.length).toBeLessThanOrEqual(3_000)
  })

  it('of the usual length are all listed', () => {
    const forty = Array.from({ length: 40 }, (_, index) => one(1_000 + index))
    const url = `https://plumbline.somewhere.example/act/acknowledge.g123456.12.x.${'A'.repeat(43)}`
    const acts = [{ action: 'acknowledge', url, expiresMs: 0 } as const]
    const { data } = bodies.webhook({ ...group(forty), acts: [...acts, ...acts] })
    expect(data.alerts).toHaveLength(40)
    expect(data.alerts[39]).toHaveProperty('title')
  })
})
