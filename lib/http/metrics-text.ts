/** Owns the words of `/metrics`: names, units and labels of every series about stores, worker, channels and models. */
import { setImmediate } from 'node:timers/promises'
import { Counter, Gauge, Registry } from 'prom-client'
import { getMetric, type MetricUnit } from '@/lib/domain/metric'
import { SELF_ALERT_KINDS } from '@/lib/domain/self-alert'
import type { MetricsSnapshot } from '@/lib/queries/metrics-snapshot'
import type { MetricValue, SliceMetrics, VersionMetrics } from '@/lib/queries/version-metrics'

/** What the machine says of the place where the data lies. */
export interface StorageFacts {
  readonly freeBytes: number
  readonly totalBytes: number
}

/** Base units, as Prometheus asks for: what to multiply by, and the ending of the name. */
const UNITS: Readonly<Record<MetricUnit, readonly [number, string]>> = {
  share: [1, '_ratio'],
  count: [1, ''],
  per_second: [1, '_per_second'],
  ms: [0.001, '_seconds'],
  bytes: [1, '_bytes'],
  number: [1, ''],
  distance: [1, ''],
  characters: [1, '_characters'],
}

type Labels = Readonly<Record<string, string>>

/**
 * Series as text, in the format that Prometheus reads (0.0.4). Written version by version and name by name: all at once,
 * 15,000 series would hold up who sends records for a fifth of a second.
 */
export async function metricsText(snapshot: MetricsSnapshot, room: StorageFacts | null): Promise<string> {
  const registry = new Registry()
  const writer = createWriter(registry)
  writeInstance(writer, snapshot, room)
  writeWorker(writer, snapshot)
  writeChannels(writer, snapshot)
  for (const version of snapshot.versions) {
    writeVersion(writer, version)
    await setImmediate()
  }
  const texts: string[] = []
  for (const { name } of registry.getMetricsAsArray()) {
    texts.push(await registry.getSingleMetricAsString(name))
    await setImmediate()
  }
  return `${texts.join('\n\n')}\n`
}

interface Writer {
  gauge(name: string, help: string, value: number | null, labels?: Labels): void
  /** A count that is kept elsewhere. */
  counter(name: string, help: string, value: number, labels?: Labels): void
}

function createWriter(registry: Registry): Writer {
  const gauges = new Map<string, Gauge>()
  const counters = new Map<string, Counter>()
  const named = (name: string) => `plumbline_${name}`
  return {
    gauge(name, help, value, labels = {}) {
      if (value === null || !Number.isFinite(value)) return
      const gauge =
        gauges.get(name) ??
        new Gauge({ name: named(name), help, labelNames: Object.keys(labels), registers: [registry] })
      gauges.set(name, gauge)
      gauge.set(labels, value)
    },
    counter(name, help, value, labels = {}) {
      const counter =
        counters.get(name) ??
        new Counter({ name: named(name), help, labelNames: Object.keys(labels), registers: [registry] })
      counters.set(name, counter)
      counter.inc(labels, value)
    },
  }
}

const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000)

function writeInstance({ gauge }: Writer, snapshot: MetricsSnapshot, room: StorageFacts | null): void {
  const { log, due, nowMs, heartbeat } = snapshot
  gauge(
    'ingest_lag_seconds',
    'Age of the oldest record that is not in the summaries yet.',
    snapshot.ingestLagMs / 1_000,
  )
  gauge('log_bytes', 'Size of the log of records on the disk.', log.bytes)
  gauge('log_records', 'Records in the log.', log.records)
  gauge('storage_free_bytes', 'Room left on the file system of the data folder.', room?.freeBytes ?? null)
  gauge('storage_size_bytes', 'Size of the file system of the data folder.', room?.totalBytes ?? null)
  gauge('evaluation_due_windows', 'Windows that wait to be judged, counted up to 1,000.', due.windows)
  const lagMs = due.oldestMs === null ? 0 : Math.max(0, nowMs - due.oldestMs)
  gauge('evaluation_lag_seconds', 'For how long the oldest of them has been due.', lagMs / 1_000)
  for (const kind of SELF_ALERT_KINDS) {
    const open = snapshot.selfAlerts.find((one) => one.kind === kind)?.open ?? 0
    gauge('self_alerts', 'Open alerts of Plumbline about itself.', open, { kind })
  }
  const heard = heartbeat?.last && heartbeat.last.reason === null ? heartbeat.last.atMs : null
  gauge('heartbeat_last_success_timestamp_seconds', 'When the last sign of life arrived.', seconds(heard))
  gauge(
    'metrics_series_left_out',
    'Series about models and slices that were too many for this answer.',
    snapshot.leftOut,
  )
}

function writeWorker({ gauge, counter }: Writer, { worker }: MetricsSnapshot): void {
  if (!worker) return
  gauge('worker_last_round_timestamp_seconds', 'When the worker last finished a round.', worker.atMs / 1_000)
  for (const [name, stats] of Object.entries(worker.stages)) {
    const stage = name.replaceAll(' ', '_')
    counter('worker_stage_runs_total', 'Runs of a stage since the worker started.', stats.runs, { stage })
    counter('worker_stage_failures_total', 'Runs of a stage that failed.', stats.failures, { stage })
    counter(
      'worker_stage_items_total',
      'Records, labels, windows or messages that a stage worked on.',
      stats.found,
      { stage },
    )
    counter('worker_stage_seconds_total', 'Time that a stage took.', stats.seconds, { stage })
    gauge(
      'worker_stage_last_success_timestamp_seconds',
      'When a stage last ended well.',
      seconds(stats.lastSuccessMs),
      { stage },
    )
    gauge('worker_stage_failing', '1 while a stage fails.', name in worker.failing ? 1 : 0, { stage })
  }
}

function writeChannels({ gauge, counter }: Writer, { channels, queues }: MetricsSnapshot): void {
  for (const { id, name, kind, enabled, health } of channels) {
    const labels = { channel: name, kind }
    const queue = queues.find(({ channelId }) => channelId === id)
    counter('notifications_delivered_total', 'Messages that a channel took.', health.delivered, labels)
    counter('notification_failures_total', 'Attempts that a channel did not take.', health.failed, labels)
    gauge('notifications_waiting', 'Messages that wait for a channel.', queue?.waiting ?? 0, labels)
    gauge('channel_enabled', '1 while a channel is on.', enabled ? 1 : 0, labels)
    gauge(
      'channel_failures_in_a_row',
      'Failed attempts since the last success.',
      health.failuresInRow,
      labels,
    )
    gauge(
      'channel_last_success_timestamp_seconds',
      'When a channel last took a message.',
      seconds(health.lastSuccessMs),
      labels,
    )
  }
}

function writeVersion(writer: Writer, version: VersionMetrics): void {
  const { gauge } = writer
  const labels = { model: version.model, version: version.version }
  gauge(
    'model_last_record_timestamp_seconds',
    'Time of the newest record of a version.',
    seconds(version.lastRecordMs),
    labels,
  )
  gauge(
    'model_last_window_timestamp_seconds',
    'End of the newest judged window of a version.',
    seconds(version.windowEndMs),
    labels,
  )
  for (const [severity, open] of Object.entries(version.open))
    gauge('alerts_open', 'Open alerts of a version.', open, { ...labels, severity })
  for (const [verdict, count] of version.verdicts)
    gauge('monitors', 'Monitors of a version by what they said of the newest window.', count, {
      ...labels,
      verdict,
    })
  for (const value of version.values) writeValue(writer, VERSION_NAMES, labels, value)
  for (const slice of version.slices) writeSlice(writer, { ...labels, slice: slice.slice }, slice)
}

function writeSlice(writer: Writer, labels: Labels, { verdicts, values }: SliceMetrics): void {
  const help = 'Monitors of a slice by what they said of the newest window.'
  for (const [verdict, count] of verdicts) writer.gauge('slice_monitors', help, count, { ...labels, verdict })
  for (const value of values) writeValue(writer, SLICE_NAMES, labels, value)
}

/** How the names of metrics begin, and of what they are: a name has one set of labels. */
interface Names {
  readonly whole: string
  readonly column: string
  readonly where: string
}

const VERSION_NAMES: Names = { whole: 'model', column: 'column', where: '' }
const SLICE_NAMES: Names = { whole: 'slice', column: 'slice_column', where: ' of a slice' }

function writeValue(
  { gauge }: Writer,
  names: Names,
  part: Labels,
  { metric, column, family, value, limit }: MetricValue,
): void {
  const { unit, label } = getMetric(metric)
  const [factor, ending] = UNITS[unit]
  const of = column === null ? names.whole : names.column
  const name = `${of}_${metric.replace(/_(share|ratio)$/, '')}${ending}`
  const labels = column === null ? part : { ...part, column, family: family ?? '' }
  const where = column === null ? '' : ' of a column, the furthest beyond their limits'
  gauge(name, `The ${label}${where}${names.where}, in the newest judged window.`, value * factor, labels)
  gauge(
    `${name}_limit`,
    `What ${of}_${metric} is compared with.`,
    limit === null ? null : limit * factor,
    labels,
  )
}
