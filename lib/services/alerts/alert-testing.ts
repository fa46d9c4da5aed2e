/** Owns a small instance for tests of alert services: real stores, a judged model, and a clock that tests move. */
import type { LogWriter } from '@/db/contracts/log-store'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { Context } from '@/lib/access/context'
import { type Principal, SYSTEM } from '@/lib/access/principal'
import { type GivenStores, testContext } from '@/lib/access/testing'
import { advanceAlerts } from '@/lib/alert/advance-alerts'
import { reopenableSince } from '@/lib/alert/advance-input'
import { applySilences } from '@/lib/alert/apply-silences'
import { keeperOf } from '@/lib/alert/keeper-of'
import { hour, judged, monitor } from '@/lib/alert/testing'
import type { Alert } from '@/lib/domain/alert'
import type { Verdict } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import { BLANK_PROFILE } from '@/lib/domain/testing'
import { silencesInForce, toSubject } from '@/lib/queries/silences'
import { addChannel } from '@/lib/services/notifications/add-channel'
import { queueNotifications } from '@/lib/services/notifications/queue-notifications'

export const ADMIN: Principal = { kind: 'user', userId: 1, name: 'ada', role: 'admin', csrfToken: '' }
export const VIEWER: Principal = { kind: 'user', userId: 2, name: 'bob', role: 'viewer', csrfToken: '' }

/** Stores as the driver opens them for tests; passed in, because services do not know drivers. */
interface Stores extends GivenStores, AsyncDisposable {
  readonly dir: string
  readonly logWriter: LogWriter
  close(): Promise<void>
}
type OpenStores = (options?: { dataDir?: string }) => Promise<Stores>

async function registerJudged(
  metadata: MetadataStore,
  modelName: string,
  versionName: string,
  wanted: readonly Partial<Monitor>[],
) {
  const { model, version } = await metadata.registerVersion(modelName, versionName, hour(0).startMs)
  const { id: profileId } = await metadata.addProfile(version.id, BLANK_PROFILE, hour(0).startMs)
  const monitors = wanted.map((one, index) => {
    const { id: _id, ...rest } = monitor(index + 1, { ...one, versionId: version.id, profileId })
    return rest
  })
  await metadata.activateProfile(profileId, monitors, hour(0).startMs)
  return { model, version }
}

/** Judges hour `n` of a version: a verdict for each of its monitors. Reads from and writes to the stores. */
export async function judgeVersion(
  ctx: Context,
  model: Model,
  version: Version,
  n: number,
  verdicts: readonly Verdict[],
  { historical = false }: { historical?: boolean } = {},
): Promise<void> {
  const { metadata } = ctx
  const window = hour(n)
  const monitors = await metadata.listMonitors(version.id)
  const evaluations = monitors.flatMap((one, index) => {
    const verdict = verdicts[index]
    return verdict ? [judged(one, verdict, window, { historical })] : []
  })
  const advanced = advanceAlerts({
    nowMs: ctx.nowMs,
    model,
    version,
    window,
    historical,
    monitors,
    evaluations,
    states: await metadata.listMonitorStates(version.id),
    reopenable: await metadata.listReopenable(version.id, reopenableSince(window, historical, ctx.nowMs)),
    publicUrl: ctx.publicUrl,
  })
  const nameOf = new Map(monitors.map(({ id, column }) => [id, column?.name]))
  const columnsOf = (alert: Alert) => alert.members.flatMap(({ monitorId }) => nameOf.get(monitorId) ?? [])
  const byId = new Map(monitors.map((one) => [one.id, one]))
  const ownerOf = ({ members: [first] }: Alert) => keeperOf(first && byId.get(first.monitorId), model).owner
  const subjectOf = (alert: Alert) => toSubject(alert, ownerOf(alert), model, version, columnsOf(alert))
  const result = applySilences(advanced, await silencesInForce(ctx), subjectOf, ctx.nowMs)
  const queued = await queueNotifications(ctx, result.notify)
  await metadata.commitVerdicts({
    versionId: version.id,
    window,
    settlesDueMs: null,
    evaluations,
    states: result.states,
    alerts: result.alerts,
    events: [...result.events, ...queued.events],
    notifications: queued.notifications,
  })
}

/** One model whose two input columns are judged by hand. */
export class AlertInstance implements AsyncDisposable {
  private constructor(
    public stores: Stores,
    private readonly openStores: OpenStores,
    readonly model: Model,
    readonly version: Version,
  ) {}

  static async open(openStores: OpenStores): Promise<AlertInstance> {
    const stores = await openStores()
    const { model, version } = await registerJudged(stores.metadata, 'fraud', 'v7', [{}, {}])
    return new AlertInstance(stores, openStores, model, version)
  }

  /** One whose alert fires. */
  static async firing(openStores: OpenStores): Promise<AlertInstance> {
    const instance = await AlertInstance.open(openStores)
    await instance.fire()
    return instance
  }

  context(nowMs: number, principal: Principal = SYSTEM): Context {
    return testContext(this.stores, {
      principal,
      nowMs,
      publicUrl: 'http://plumbline.example',
      outboundAllow: ['127.0.0.0/8'],
    })
  }

  /** The first column drifts in the first two hours: an alert fires. */
  async fire(): Promise<void> {
    for (const n of [0, 1]) await this.judge(n, ['drift', 'ok'])
  }

  /** Judges hour `n`: the verdicts of the first and second column. Everything is read from and written to the stores. */
  judge(n: number, verdicts: readonly Verdict[], options: { historical?: boolean } = {}): Promise<void> {
    return judgeVersion(this.context(hour(n).endMs), this.model, this.version, n, verdicts, options)
  }

  /** Another version, of this or another model, with a profile and these monitors. */
  async addVersion(
    model: string,
    version: string,
    monitors: readonly Partial<Monitor>[],
  ): Promise<{ model: Model; version: Version }> {
    return registerJudged(this.stores.metadata, model, version, monitors)
  }

  async addChannel(name: string, url: string): Promise<{ id: number; secret: string }> {
    const { channel, secret } = await addChannel(this.context(hour(0).startMs), { name, url })
    return { id: channel.id, secret: secret ?? '' }
  }

  async alert(id = 1): Promise<Alert> {
    const found = await this.stores.metadata.findAlert(id)
    if (!found) throw new Error(`no alert ${id}`)
    return found
  }

  async kinds(id = 1): Promise<string[]> {
    return (await this.stores.metadata.listAlertEvents(id)).map(({ kind }) => kind)
  }

  /** Closes the stores as a crash would leave them and opens the same folder again. */
  async restart(): Promise<void> {
    await this.stores.close()
    this.stores = await this.openStores({ dataDir: this.stores.dir })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stores[Symbol.asyncDispose]()
  }
}
