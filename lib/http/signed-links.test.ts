import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { startTestApi, type TestApi } from '@/lib/http/testing'
import { ADMIN, AlertInstance } from '@/lib/services/alerts/alert-testing'
import { actsFor, LINK_LASTS_MS } from '@/lib/services/alerts/link-acts'
import { resolveAlert } from '@/lib/services/alerts/resolve-alert'

const SECRET_KEY = new Uint8Array(32).fill(7)
const FIRED_MS = hour(1).endMs
const PUBLIC_URL = 'https://plumbline.example'

let instance: AlertInstance
let api: TestApi
let channelId = 0
/** The clock of the server. */
let nowMs = FIRED_MS

beforeEach(async () => {
  instance = await AlertInstance.open(openTestStores)
  channelId = (await instance.addChannel('on-call <room>', 'http://127.0.0.1:9/hook')).id
  for (const n of [0, 1]) await instance.judge(n, ['drift', 'ok'])
  nowMs = FIRED_MS + MINUTE_MS
  const options = { secretKey: SECRET_KEY, clock: () => nowMs }
  api = await startTestApi({ ...instance.stores, [Symbol.asyncDispose]: async () => {} }, options)
})
afterEach(async () => {
  await api[Symbol.asyncDispose]()
  await instance[Symbol.asyncDispose]()
})

/** The paths of the links that a message sent at `atMs` carries, by what they do. */
async function paths(atMs = FIRED_MS): Promise<Record<string, string>> {
  const ctx = { ...instance.context(atMs), hasPublicUrl: true, secretKey: SECRET_KEY, publicUrl: PUBLIC_URL }
  const acts = actsFor(ctx, await instance.alert(), { id: channelId, kind: 'slack', settings: {} })
  return Object.fromEntries(acts.map(({ action, url }) => [action, url.replace(PUBLIC_URL, '')]))
}

/** As a browser without a session asks. */
async function visit(path: string, method = 'GET', headers: Record<string, string> = {}) {
  const response = await fetch(api.url + path, { method, redirect: 'manual', headers })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

const audit = async () => (await instance.stores.metadata.listAudit(1))[0]

describe('a signed link', () => {
  it('shows what it would do, and does nothing however often it is looked at', async () => {
    const { acknowledge = '' } = await paths()
    for (const method of ['GET', 'HEAD', 'GET']) expect((await visit(acknowledge, method)).status).toBe(200)
    const { text, headers } = await visit(acknowledge)
    expect(text).toContain('Acknowledge this alert?')
    expect(text).toContain('fraud v7: KS 0.31 &gt; 0.20 on c1')
    expect(text).toContain('on-call &lt;room&gt;')
    expect(text).toContain('works until 2026-11-18 02:00:00 UTC')
    expect(text).not.toContain('<script')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; img-src data:; style-src 'sha256-/,
    )
    expect(await instance.alert()).toMatchObject({
      acknowledgedBy: null,
      silencedUntilMs: null,
      judgement: null,
    })
  })

  it.each<[string, object, string]>([
    ['acknowledge', { acknowledgedBy: 'signed link sent to on-call <room>' }, 'alert.acknowledge'],
    ['silence', { silencedUntilMs: FIRED_MS + MINUTE_MS + 4 * HOUR_MS }, 'alert.silence'],
    [
      'false_alarm',
      { judgement: 'false_alarm', judgedBy: 'signed link sent to on-call <room>' },
      'alert.judge',
    ],
  ])('to %s does so when its button is pressed, once, and says who did it', async (action, change, entry) => {
    const { [action]: path = '' } = await paths()
    const done = await visit(path, 'POST')
    expect([done.status, done.headers.get('location')]).toEqual([303, path])
    const before = await instance.alert()
    expect(before).toMatchObject(change)
    expect(await audit()).toMatchObject({ action: entry, actor: 'signed link sent to on-call <room>' })
    nowMs += MINUTE_MS
    const again = await visit(path, 'POST')
    expect(again.status).toBe(200)
    expect(again.text).toMatch(/This alert is (acknowledged|silenced|marked as a false alarm)\./)
    expect(await instance.alert()).toEqual(before)
  })

  it('does not act for another site that makes a browser send it', async () => {
    const { acknowledge = '' } = await paths()
    const { status } = await visit(acknowledge, 'POST', { origin: 'https://evil.example' })
    expect(status).toBe(403)
    expect((await instance.alert()).acknowledgedBy).toBeNull()
  })

  it('works for 24 hours', async () => {
    const { acknowledge = '' } = await paths()
    nowMs = FIRED_MS + LINK_LASTS_MS - 1_000
    expect((await visit(acknowledge)).status).toBe(200)
    nowMs = FIRED_MS + LINK_LASTS_MS
    for (const method of ['GET', 'POST']) {
      const { status, text } = await visit(acknowledge, method)
      expect(status).toBe(410)
      expect(text).toContain('href="/sign-in?next=%2Falerts%2F1"')
    }
    expect((await instance.alert()).acknowledgedBy).toBeNull()
  })

  it('to acknowledge or silence is over when the alert is; one to mark a false alarm is not', async () => {
    const { acknowledge = '', silence = '', false_alarm = '' } = await paths()
    await resolveAlert(instance.context(nowMs, ADMIN), 1, 'done')
    for (const path of [acknowledge, silence]) {
      const { status, text } = await visit(path, 'POST')
      expect([status, text.includes('This alert is over already.')]).toEqual([410, true])
    }
    expect((await visit(false_alarm, 'POST')).status).toBe(303)
    expect(await instance.alert()).toMatchObject({ acknowledgedBy: null, judgement: 'false_alarm' })
  })

  it('ends with the channel it was sent to', async () => {
    const { acknowledge = '' } = await paths()
    await instance.stores.metadata.updateChannel(channelId, { enabled: false })
    expect((await visit(acknowledge, 'POST')).status).toBe(403)
    await instance.stores.metadata.updateChannel(channelId, { enabled: true, settings: { links: false } })
    expect((await visit(acknowledge, 'POST')).status).toBe(403)
    expect((await instance.alert()).acknowledgedBy).toBeNull()
  })

  it('that was changed in any part is refused', async () => {
    const { acknowledge = '', silence = '' } = await paths()
    const [action = '', alertId = '', id = '', expires = '', mac = ''] = acknowledge
      .slice('/act/'.length)
      .split('.')
    const later = (Number.parseInt(expires, 36) + 86_400).toString(36)
    const forged = [
      [action, '2', id, expires, mac],
      [action, alertId, '2', expires, mac],
      [action, alertId, id, later, mac],
      ['silence', alertId, id, expires, mac],
      [action, alertId, id, expires, silence.split('.').at(-1) ?? ''],
      [action, alertId, id, expires, mac.replace(/^./, (sign) => (sign === 'A' ? 'B' : 'A'))],
    ]
    for (const parts of forged)
      for (const method of ['GET', 'POST'])
        expect((await visit(`/act/${parts.join('.')}`, method)).status).toBe(403)
    expect(await instance.alert()).toMatchObject({ acknowledgedBy: null, silencedUntilMs: null })
  })

  it.each([
    '/act/x',
    '/act/acknowledge.1.1.zz',
    '/act/acknowledge.-1.1.mh2xk1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '/act/acknowledge.9007199254740993.1.mh2xk1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '/act/%3Cscript%3Ealert(1)',
    `/act/${'a'.repeat(4_000)}`,
  ])('that is none gets a plain page: %s', async (path) => {
    const { status, text, headers } = await visit(path)
    expect(status).toBe(404)
    expect(headers.get('content-type')).toContain('text/html')
    expect(text).not.toContain('<script')
    expect(text).toContain('Nothing was changed.')
  })

  it('of another instance is refused', async () => {
    const ctx = { ...instance.context(nowMs), hasPublicUrl: true, secretKey: new Uint8Array(32).fill(8) }
    const [act] = actsFor(ctx, await instance.alert(), { id: channelId, kind: 'slack', settings: {} })
    expect((await visit(new URL(act?.url ?? '').pathname, 'POST')).status).toBe(403)
  })

  it('is in no message where nobody said the address of the instance, or where the channel is to carry none', async () => {
    const alert = await instance.alert()
    const known = { ...instance.context(nowMs), hasPublicUrl: true, secretKey: SECRET_KEY }
    const channel = { id: channelId, kind: 'email' as const, settings: {} }
    expect(actsFor(known, alert, channel)).toHaveLength(3)
    expect(actsFor({ ...known, hasPublicUrl: false }, alert, channel)).toEqual([])
    expect(actsFor({ ...known, secretKey: null }, alert, channel)).toEqual([])
    expect(actsFor(known, alert, { ...channel, settings: { links: false } })).toEqual([])
    expect(actsFor(known, alert, { ...channel, kind: 'pagerduty' })).toEqual([])
  })
})
