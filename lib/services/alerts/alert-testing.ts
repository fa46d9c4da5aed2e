/** Owns a small instance for tests of alert services: real stores, a judged model, and a clock that tests move. */
import type { LogReader, LogWriter } from '@/db/contracts/log-store'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { SeriesStore } from '@/db/contracts/series-store'
import { type Context, DEFAULT_RETENTION } from '@/lib/access/context'
import { type Principal, SYSTEM } from '@/lib/access/principal'
import { advanceAlerts } from '@/lib/alert/advance-alerts'
import { reopenableSince } from '@/lib/alert/advance-input'
import { applySilences } from '@/lib/alert/apply-silences'
import { hour, judged, monitor } from '@/lib/alert/testing'
import type { Alert } from '@/lib/domain/alert'
import type { Verdict } from '@/lib/domain/evaluation'
import { DEFAULT_LIMITS } from '@/lib/domain/limits'
import type { Model, Version } from '@/lib/domain/model'
import type { Profile } from '@/lib/domain/profile'
import { silencesInForce, toSubject } from '@/lib/queries/silences'
import { addChannel } from '@/lib/services/notifications/add-channel'
import { queueNotifications } from '@/lib/services/notifications/queue-notifications'

export const ADMIN: Principal = { kind: 'user', userId: 1, name: 'ada', role: 'admin', csrfToken: '' }
export const VIEWER: Principal = { kind: 'user', userId: 2, name: 'bob', role: 'viewer', csrfToken: '' }

const PROFILE: Profile = {
  schemaVersion: 1,
  source: { kind: 'file', name: 'reference.csv', format: 'csv' },
  createdMs: 0,
  rows: 1,
  timeSpan: null,
  problem: null,
  classes: [],
  positiveClass: null,
  columns: [],
  quality: null,
  chunks: [],
  warnings: [],
}

/** Stores as the driver opens them for tests; passed in, because services do not know drivers. */
interface Stores extends AsyncDisposable {
  readonly dir: string
  readonly log: LogReader
  readonly logWriter: LogWriter
  readonly series: SeriesStore
  readonly metadata: MetadataStore
  close(): Promise<void>
}
type OpenStores = (options?: { dataDir?: string }) => Promise<Stores>

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
    const { model, version } = await stores.metadata.registerVersion('fraud', 'v7', hour(0).startMs)
    const { id: profileId } = await stores.metadata.addProfile(version.id, PROFILE, hour(0).startMs)
    const monitors = [1, 2].map((n) => {
      const { id: _, ...rest } = monitor(n, { versionId: version.id, profileId })
      return rest
    })
    await stores.metadata.activateProfile(profileId, monitors, hour(0).startMs)
    return new AlertInstance(stores, openStores, model, version)
  }

  context(nowMs: number, principal: Principal = SYSTEM): Context {
    return {
      principal,
      nowMs,
      publicUrl: 'http://plumbline.example',
      limits: DEFAULT_LIMITS,
      retention: DEFAULT_RETENTION,
      logger: { info: () => {}, warn: () => {}, error: () => {} },
      log: this.stores.log,
      logWriter: null,
      series: this.stores.series,
      metadata: this.stores.metadata,
      outboundAllow: ['127.0.0.0/8'],
    }
  }

  /** Judges hour `n`: the verdicts of the first and second column. Everything is read from and written to the stores. */
  async judge(
    n: number,
    verdicts: readonly Verdict[],
    options: { historical?: boolean } = {},
  ): Promise<void> {
    const { metadata } = this.stores
    const window = hour(n)
    const historical = options.historical ?? false
    const ctx = this.context(window.endMs)
    const monitors = await metadata.listMonitors(this.version.id)
    const evaluations = monitors.flatMap((one, index) => {
      const verdict = verdicts[index]
      return verdict ? [judged(one, verdict, window, { historical })] : []
    })
    const advanced = advanceAlerts({
      nowMs: ctx.nowMs,
      model: this.model,
      version: this.version,
      window,
      historical,
      monitors,
      evaluations,
      states: await metadata.listMonitorStates(this.version.id),
      reopenable: await metadata.listReopenable(
        this.version.id,
        reopenableSince(window, historical, ctx.nowMs),
      ),
      publicUrl: ctx.publicUrl,
    })
    const nameOf = new Map(monitors.map(({ id, column }) => [id, column?.name]))
    const columnsOf = (alert: Alert) => alert.members.flatMap(({ monitorId }) => nameOf.get(monitorId) ?? [])
    const subjectOf = (alert: Alert) => toSubject(alert, this.model, this.version, columnsOf(alert))
    const result = applySilences(advanced, await silencesInForce(ctx), subjectOf, ctx.nowMs)
    const queued = await queueNotifications(ctx, result.notify)
    await metadata.commitVerdict({
      versionId: this.version.id,
      window,
      settlesDueMs: null,
      evaluations,
      states: result.states,
      alerts: result.alerts,
      events: [...result.events, ...queued.events],
      notifications: queued.notifications,
    })
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
