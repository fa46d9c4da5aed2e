import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { type Receiver, startReceiver } from '@/lib/channels/testing'
import { type Running, startOther } from '@/lib/channels/testing-program'
import { MINUTE_MS } from '@/lib/domain/time'
import { ADMIN, AlertInstance } from '@/lib/services/alerts/alert-testing'
import { addChannel } from '@/lib/services/notifications/add-channel'
import { deliverDue } from '@/lib/services/notifications/deliver-due'
import { testChannel } from '@/lib/services/notifications/test-channel'
import { ensureDebianPackages, findDebianProgram } from '@/scripts/debian-packages.mjs'

const [isThere] = await ensureDebianPackages(['prometheus-alertmanager'])

let dir = ''
let program: Running | null = null
let webhook: Receiver
let url = ''

interface Posted {
  readonly status: string
  readonly alerts: readonly {
    status: string
    labels: Record<string, string>
    annotations: Record<string, string>
  }[]
}
const posted = () => webhook.received.map(({ body }) => JSON.parse(body) as Posted)

async function waitFor(isDone: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const endMs = Date.now() + limitMs
  while (!(await isDone().valueOf())) {
    if (Date.now() > endMs) throw new Error('It did not happen in time.')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

interface Active {
  readonly labels: Record<string, string>
  readonly annotations: Record<string, string>
  readonly generatorURL: string
}

async function active(): Promise<Active[]> {
  return (await (await fetch(`${url}/api/v2/alerts?active=true`)).json()) as Active[]
}

beforeAll(async () => {
  const found = isThere ? findDebianProgram('prometheus-alertmanager') : null
  if (!found) return
  webhook = await startReceiver()
  dir = await mkdtemp(join(tmpdir(), 'plumbline-alertmanager-'))
  const config = join(dir, 'alertmanager.yml')
  await writeFile(
    config,
    `route: { receiver: hook, group_by: [alertname, model], group_wait: 100ms, group_interval: 1s, repeat_interval: 1h }
receivers: [{ name: hook, webhook_configs: [{ url: '${webhook.url}', send_resolved: true }] }]
`,
  )
  const flags = (port: number) => [
    `--config.file=${config}`,
    `--storage.path=${dir}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]
  program = await startOther(found, flags, '/-/ready')
  url = program.url
}, 200_000)

afterAll(async () => {
  await program?.stop()
  await webhook?.stop()
  if (dir) await rm(dir, { recursive: true, force: true })
})

describe.skipIf(!isThere)('Debian’s Alertmanager', () => {
  it('takes an alert, knows it again, keeps it while it is sent again, and hears its end', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    // Alertmanager compares with its own clock: the alert fired a moment ago by ours as well.
    const shiftMs = Date.now() - hour(1).endMs - MINUTE_MS
    const at = (ms: number) => instance.context(ms)
    const deliver = (ms: number) => deliverDue(at(ms), { patienceMs: 10_000 })
    const { channel } = await addChannel(instance.context(hour(0).startMs, ADMIN), {
      name: 'am',
      kind: 'alertmanager',
      url,
    })
    const test = await testChannel(instance.context(Date.now(), ADMIN), channel.id)
    expect(test).toMatchObject({ delivered: true, status: 200 })
    await waitFor(async () => (await active()).some(({ labels }) => labels.alertname === 'PlumblineTest'))

    await instance.judge(0, ['drift', 'ok'])
    await instance.judge(1, ['drift', 'drift'])
    expect(await deliver(hour(1).endMs + MINUTE_MS + shiftMs)).toBe(1)
    const drift = async () =>
      (await active()).filter(({ labels }) => labels.alertname === 'PlumblineInputDrift')
    expect((await drift()).map(({ labels }) => labels)).toEqual([
      expect.objectContaining({ model: 'fraud', version: 'v7', severity: 'warning', cause: 'input_drift' }),
    ])
    expect((await drift())[0]?.annotations.summary).toBe('fraud v7: KS 0.31 > 0.20 on c1')
    await waitFor(() => posted().some(({ alerts }) => alerts[0]?.labels.alertname === 'PlumblineInputDrift'))

    // Sent again, a minute later and another: still one alert, and nobody is told twice.
    await deliver(hour(1).endMs + 3 * MINUTE_MS + shiftMs)
    await deliver(hour(1).endMs + 5 * MINUTE_MS + shiftMs)
    expect(await drift()).toHaveLength(1)

    for (const n of [2, 3]) await instance.judge(n, ['ok', 'ok'])
    const alert = await instance.alert()
    expect(alert.state).toBe('resolved')
    await deliver(Date.now())
    await waitFor(async () => (await drift()).length === 0)
    await waitFor(() => posted().some(({ status }) => status === 'resolved'))
    const ofDrift = posted().filter(({ alerts }) => alerts[0]?.labels.alertname === 'PlumblineInputDrift')
    expect(ofDrift.map(({ status }) => status)).toEqual(['firing', 'resolved'])
    // What was left out of the resolving post would be empty here.
    expect(ofDrift[1]?.alerts[0]?.annotations.summary).toBe('fraud v7: KS 0.31 > 0.20 on c1')
  }, 60_000)

  it('refuses what has the wrong address, and the test says so', async () => {
    await using instance = await AlertInstance.open(openTestStores)
    const ctx = instance.context(Date.now(), ADMIN)
    const { channel } = await addChannel(ctx, { name: 'am', kind: 'alertmanager', url: `${url}/nowhere` })
    expect(await testChannel(ctx, channel.id)).toMatchObject({ delivered: false, status: 404 })
  })
})
