import { describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hour } from '@/lib/alert/testing'
import { startReceiver } from '@/lib/channels/testing'
import { AlertRouteSchema } from '@/lib/domain/alert-route'
import { SilenceMatchersSchema } from '@/lib/domain/silence'
import { getAlertPage } from '@/lib/queries/alert-page'
import { addSilence } from '@/lib/services/alerts/add-silence'
import { ADMIN, AlertInstance, judgeVersion } from '@/lib/services/alerts/alert-testing'
import { deliverDue } from '@/lib/services/notifications/deliver-due'
import { saveRoutes } from '@/lib/services/notifications/save-routes'

const FIRED_MS = hour(1).endMs
const RUNBOOK = 'https://wiki.example/amount'

/** A model without an owner; the monitor that fires has one, and a runbook. */
async function openOwned() {
  const instance = await AlertInstance.open(openTestStores)
  const { model, version } = await instance.addVersion('credit', 'v1', [
    { owner: 'credit team', runbookUrl: RUNBOOK },
  ])
  const fire = async () => {
    for (const n of [0, 1]) await judgeVersion(instance.context(hour(n).endMs), model, version, n, ['drift'])
  }
  return { instance, fire }
}

describe('the owner and the runbook of a monitor', () => {
  it('stand in the message as on the page, and lead it by the routes', async () => {
    await using receiver = await startReceiver()
    await using other = await startReceiver()
    const { instance, fire } = await openOwned()
    await using _instance = instance
    const { id } = await instance.addChannel('credit', receiver.url)
    await instance.addChannel('others', other.url)
    const route = AlertRouteSchema.parse({ name: 'credit', owners: ['credit team'], channels: [id] })
    await saveRoutes(instance.context(0, ADMIN), { revision: 0, routes: [route] })
    await fire()
    await deliverDue(instance.context(FIRED_MS + 31_000))
    expect(other.received).toEqual([])
    const { data } = JSON.parse(receiver.received[0]?.body ?? '{}')
    expect(data).toMatchObject({ owner: 'credit team', runbook: RUNBOOK })
    expect(data.text).toContain('Owner: credit team.')
    const page = await getAlertPage(instance.context(FIRED_MS, ADMIN), 1)
    expect([page.owner, page.runbookUrl]).toEqual(['credit team', RUNBOOK])
  })

  it('are what a silence of that owner takes, before and after the alert is there', async () => {
    const matchers = SilenceMatchersSchema.parse({ owners: ['credit*'] })
    const { instance, fire } = await openOwned()
    await using _instance = instance
    await fire()
    expect((await instance.alert()).silencedUntilMs).toBeNull()
    const wish = { matchers, reason: 'A known campaign.' }
    const { endsMs } = await addSilence(instance.context(FIRED_MS, ADMIN), wish)
    expect((await instance.alert()).silencedUntilMs).toBe(endsMs)

    const later = await openOwned()
    await using _later = later.instance
    await addSilence(later.instance.context(hour(0).startMs, ADMIN), wish)
    await later.fire()
    expect((await later.instance.alert()).silencedUntilMs).not.toBeNull()
  })
})
