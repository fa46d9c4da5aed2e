import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { type Receiver, startReceiver } from '@/lib/channels/testing'
import { FAULT_POLICY } from '@/lib/domain/monitor'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/domain/time'
import { startTestApi, type TestApi } from '@/lib/http/testing'
import { acknowledgeAlert } from '@/lib/services/alerts/acknowledge-alert'
import { ADMIN, AlertInstance, judgeVersion } from '@/lib/services/alerts/alert-testing'
import { LINK_LASTS_MS } from '@/lib/services/alerts/link-acts'
import { resolveAlert } from '@/lib/services/alerts/resolve-alert'
import { silenceAlert } from '@/lib/services/alerts/silence-alert'
import { deliverDue } from '@/lib/services/notifications/deliver-due'
import { type ProcessFacts, watchSelf } from '@/lib/services/notifications/watch-self'

const SECRET_KEY = new Uint8Array(32).fill(7)
const FIRED_MS = hour(1).endMs
const SENT_MS = FIRED_MS + 31 * SECOND_MS
const PUBLIC_URL = 'https://plumbline.example'
const BY = 'signed link for a group sent to on-call'
const FULL: ProcessFacts = { room: { freeBytes: 2 ** 29, totalBytes: 2 ** 40 }, failing: {}, upSinceMs: 0 }

let instance: AlertInstance
let receiver: Receiver
let api: TestApi
let nowMs = SENT_MS

beforeEach(async () => {
  receiver = await startReceiver()
  instance = await AlertInstance.open(openTestStores)
  await instance.addChannel('on-call', receiver.url)
  nowMs = SENT_MS + MINUTE_MS
  const options = { secretKey: SECRET_KEY, clock: () => nowMs }
  api = await startTestApi({ ...instance.stores, [Symbol.asyncDispose]: async () => {} }, options)
})
afterEach(async () => {
  await api[Symbol.asyncDispose]()
  await instance[Symbol.asyncDispose]()
  await receiver.stop()
})

/** Versions, of one model or of one each, judged as drifted: an alert each, numbered from 1, told together. */
async function breach(count: number, modelOf: (n: number) => string = () => 'fraud'): Promise<void> {
  for (let n = 1; n <= count; n++) {
    const { model, version } = await instance.addVersion(modelOf(n), `g${n}`, [{ policy: FAULT_POLICY }])
    await judgeVersion(instance.context(FIRED_MS), model, version, 1, ['drift'])
  }
}

/** Sends what is due, and tells what the newest message carries. */
async function deliver(atMs = SENT_MS) {
  const known = { hasPublicUrl: true, secretKey: SECRET_KEY, publicUrl: PUBLIC_URL }
  await deliverDue({ ...instance.context(atMs), ...known }, { patienceMs: 60_000 })
  const { type, data } = JSON.parse(receiver.received.at(-1)?.body ?? '{}')
  return { type, data, acts: actsIn(data) }
}

/** The paths of the links, by what they do. */
function actsIn({ acts = {} }: { acts?: Record<string, string> }): Record<string, string> {
  const { expires_at: _, ...links } = acts
  return Object.fromEntries(Object.entries(links).map(([act, url]) => [act, url.replace(PUBLIC_URL, '')]))
}

async function visit(path = '', method = 'GET', headers: Record<string, string> = {}) {
  const response = await fetch(api.url + path, { method, redirect: 'manual', headers })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

const alerts = async () => instance.stores.metadata.listAlerts({ limit: 100 })
const audit = async () =>
  (await instance.stores.metadata.listAudit(20)).map(({ actor, action, subject }) =>
    [actor, action, subject.split(':')[0]].join(', '),
  )

describe('a signed link for all that one message told of', () => {
  it('lists them and asks once; looking at it changes nothing', async () => {
    await breach(3)
    const { type, data, acts } = await deliver()
    expect(type).toBe('alert.group')
    expect(Object.keys(acts)).toEqual(['acknowledge', 'silence'])
    expect(data.acts.expires_at).toBe('2026-11-18T02:00:31Z')
    expect(data.text).toContain('To act on all of them without signing in, follow a link until')
    for (const method of ['GET', 'HEAD', 'GET'])
      expect((await visit(acts.acknowledge, method)).status).toBe(200)
    const { text, headers } = await visit(acts.acknowledge)
    expect(text).toContain('<h1>Acknowledge these 3 alerts?</h1>')
    expect(text.match(/<li>fraud g\d: KS 0.31 &gt; 0.20 on c1/g)).toHaveLength(3)
    expect(text.match(/<button/g)).toHaveLength(1)
    expect(text).toContain('Acknowledge all 3</button>')
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await alerts()).every(({ acknowledgedBy }) => acknowledgedBy === null)).toBe(true)
  })

  it('acknowledges each, once, and says of each who did it', async () => {
    await breach(2)
    const { acts } = await deliver()
    const done = await visit(acts.acknowledge, 'POST')
    expect([done.status, done.headers.get('location')]).toEqual([303, acts.acknowledge])
    const before = await alerts()
    expect(before.map(({ acknowledgedBy }) => acknowledgedBy)).toEqual([BY, BY])
    expect((await audit()).slice(0, 2).sort()).toEqual([
      `${BY}, alert.acknowledge, alert 1`,
      `${BY}, alert.acknowledge, alert 2`,
    ])
    expect(await instance.kinds(2)).toEqual(['fired', 'notified', 'acknowledged'])
    nowMs += MINUTE_MS
    const again = await visit(acts.acknowledge, 'POST')
    expect([again.status, again.text.includes('These 2 alerts are acknowledged.')]).toEqual([200, true])
    expect(await alerts()).toEqual(before)
    expect(await audit()).toHaveLength(3)
  })

  it('silences each for 4 hours', async () => {
    await breach(2)
    const { acts } = await deliver()
    expect((await visit(acts.silence)).text).toContain('<h1>Silence these 2 alerts for 4 hours?</h1>')
    expect((await visit(acts.silence, 'POST')).status).toBe(303)
    for (const { silencedUntilMs, silenceReason } of await alerts())
      expect([silencedUntilMs, silenceReason]).toEqual([nowMs + 4 * HOUR_MS, `By ${BY}`])
    expect((await visit(acts.silence)).text).toContain('Until 2026-11-17 06:01:31 UTC')
  })

  it('acts on what is still open, and leaves alone what somebody took before', async () => {
    await breach(4)
    const { acts } = await deliver()
    await resolveAlert(instance.context(nowMs, ADMIN), 1, 'done')
    const { acknowledge = '' } = acts
    await acknowledgeAlert(instance.context(nowMs, ADMIN), 2)
    const { text } = await visit(acknowledge)
    expect(text).toContain('Acknowledge these 2 alerts?')
    expect(text).toContain('Of the same message 1 is acknowledged already, and 1 is over already.')
    expect((await visit(acknowledge, 'POST')).status).toBe(303)
    const by = Object.fromEntries((await alerts()).map(({ id, acknowledgedBy }) => [id, acknowledgedBy]))
    expect(by).toEqual({ 1: null, 2: 'ada', 3: BY, 4: BY })
    for (const id of [2, 3, 4]) await resolveAlert(instance.context(nowMs, ADMIN), id, 'done')
    const over = await visit(acknowledge, 'POST')
    expect([over.status, over.text.includes('These alerts are over already.')]).toEqual([410, true])
  })

  it('does not touch what was left out of the message, nor what it told as over', async () => {
    await breach(4)
    await silenceAlert(instance.context(FIRED_MS, ADMIN), 2, { reason: 'known' })
    const { data, acts } = await deliver()
    expect(data.told).toBe(3)
    await silenceAlert(instance.context(nowMs, ADMIN), 2, { reason: 'known', durationMs: MINUTE_MS })
    nowMs += 2 * MINUTE_MS
    expect((await visit(acts.silence, 'POST')).status).toBe(303)
    const quiet = (await alerts()).filter(({ silencedUntilMs }) => (silencedUntilMs ?? 0) > nowMs)
    expect(quiet.map(({ id }) => id).sort()).toEqual([1, 3, 4])
    for (const id of [1, 2, 3, 4]) await resolveAlert(instance.context(nowMs, ADMIN), id, 'done')
    const ended = await deliver(nowMs + 10 * MINUTE_MS)
    expect([ended.type, ended.data.over, ended.acts]).toEqual(['alert.group', 3, {}])
  })

  it('takes alerts of Plumbline about itself along', async () => {
    await watchSelf(instance.context(FIRED_MS), FULL)
    await breach(6, (n) => `model ${n}`)
    const { data, acts } = await deliver()
    expect(data.title).toContain('7 alerts on 6 models and Plumbline itself')
    const { text } = await visit(acts.acknowledge)
    expect(text).toContain('Acknowledge these 7 alerts?')
    expect(text).toMatch(
      /<li>Plumbline: the disk is nearly full<br><span class="quiet">\w+, firing, since 2026/,
    )
    expect((await visit(acts.acknowledge, 'POST')).status).toBe(303)
    expect(await instance.stores.metadata.findSelfAlert(1)).toMatchObject({ acknowledgedBy: BY })
    expect((await alerts()).every(({ acknowledgedBy }) => acknowledgedBy === BY)).toBe(true)
  })

  it('works for 24 hours, on its channel, and unchanged', async () => {
    await breach(2)
    const { acts } = await deliver()
    const { acknowledge = '', silence = '' } = acts
    const [action = '', about = '', channel = '', expires = '', mac = ''] = acknowledge.slice(5).split('.')
    expect(about).toMatch(/^g\d+$/)
    const later = (Number.parseInt(expires, 36) + 86_400).toString(36)
    const id = Number(about.slice(1))
    for (const [parts, status] of [
      [[action, String(id), channel, expires, mac], 403],
      [[action, `s${id}`, channel, expires, mac], 403],
      [[action, `g${id + 1}`, channel, expires, mac], 403],
      [[action, 'g1', channel, expires, mac], 403],
      [[action, about, '2', expires, mac], 403],
      [[action, about, channel, later, mac], 403],
      [['silence', about, channel, expires, mac], 403],
      [[action, about, channel, expires, silence.split('.').at(-1)], 403],
      [['false_alarm', about, channel, expires, mac], 404],
    ] as const)
      for (const method of ['GET', 'POST'])
        expect([parts, (await visit(`/act/${parts.join('.')}`, method)).status]).toEqual([parts, status])
    expect((await visit(acknowledge, 'POST', { origin: 'https://evil.example' })).status).toBe(403)
    const { metadata } = instance.stores
    await metadata.updateChannel(1, { enabled: false })
    expect((await visit(acknowledge, 'POST')).status).toBe(403)
    await metadata.updateChannel(1, { enabled: true })
    nowMs = SENT_MS + LINK_LASTS_MS
    for (const method of ['GET', 'POST']) expect((await visit(acknowledge, method)).status).toBe(410)
    expect((await alerts()).every(({ acknowledgedBy }) => acknowledgedBy === null)).toBe(true)
  })
})

describe('a signed link for an alert of Plumbline about itself', () => {
  beforeEach(async () => {
    await watchSelf(instance.context(FIRED_MS), FULL)
  })

  it.each<[string, object, string]>([
    ['acknowledge', { acknowledgedBy: 'signed link sent to on-call' }, 'self_alert.acknowledge'],
    ['silence', { silencedUntilMs: SENT_MS + MINUTE_MS + 4 * HOUR_MS }, 'self_alert.silence'],
  ])('to %s shows it, does so once, and says who did it', async (action, change, entry) => {
    const { type, acts } = await deliver()
    expect([type, Object.keys(acts)]).toEqual(['alert.firing', ['acknowledge', 'silence']])
    const { text } = await visit(acts[action])
    expect(text).toContain('this alert')
    expect(text).toContain('Plumbline: the disk is nearly full')
    const find = () => instance.stores.metadata.findSelfAlert(1)
    expect(await find()).toMatchObject({ acknowledgedBy: null, silencedUntilMs: null })
    expect((await visit(acts[action], 'POST')).status).toBe(303)
    const before = await find()
    expect(before).toMatchObject(change)
    expect((await audit())[0]).toBe(`signed link sent to on-call, ${entry}, storage_nearly_full`)
    nowMs += MINUTE_MS
    expect((await visit(acts[action], 'POST')).status).toBe(200)
    expect(await find()).toEqual(before)
  })

  it('is no link to an alert of the same number, nor to one that is over', async () => {
    const { acts } = await deliver()
    const { acknowledge = '' } = acts
    await breach(1)
    expect((await visit(acknowledge.replace('.s1.', '.1.'), 'POST')).status).toBe(403)
    expect((await visit(acknowledge.replace('.s1.', '.g1.'), 'POST')).status).toBe(403)
    await watchSelf(instance.context(nowMs), { ...FULL, room: null })
    const over = await visit(acknowledge, 'POST')
    expect([over.status, over.text.includes('This alert is over already.')]).toEqual([410, true])
    nowMs = SENT_MS + LINK_LASTS_MS
    expect((await visit(acknowledge)).text).toContain('href="/sign-in?next=%2Falerts%23plumbline"')
  })
})
