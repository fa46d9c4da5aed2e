/** Owns the Grafana dashboard over `/metrics`: one screen for the models, one for the instance. Made here so that it never names a series that is gone. */

type Unit = 'none' | 's' | 'bytes' | 'percentunit' | 'reqps' | 'dateTimeFromNow'

interface Query {
  readonly expr: string
  readonly legend: string
}

interface Panel {
  readonly title: string
  readonly unit: Unit
  readonly queries: readonly Query[]
  readonly type?: 'timeseries' | 'stat' | 'table'
  readonly width?: number
}

const MODEL = 'model=~"$model"'

const MODEL_PANELS: readonly Panel[] = [
  {
    title: 'Open alerts',
    unit: 'none',
    type: 'stat',
    width: 6,
    queries: [{ expr: `sum by (severity) (plumbline_alerts_open{${MODEL}})`, legend: '{{severity}}' }],
  },
  {
    title: 'Last record',
    unit: 's',
    type: 'stat',
    width: 6,
    queries: [
      {
        expr: `time() - max by (model) (plumbline_model_last_record_timestamp_seconds{${MODEL}})`,
        legend: '{{model}}',
      },
    ],
  },
  {
    title: 'Monitors by verdict',
    unit: 'none',
    queries: [{ expr: `sum by (verdict) (plumbline_monitors{${MODEL}})`, legend: '{{verdict}}' }],
  },
  {
    title: 'Drift over its limit, worst columns',
    unit: 'none',
    queries: [
      {
        expr: `topk(10, plumbline_column_drift{${MODEL}} / plumbline_column_drift_limit{${MODEL}})`,
        legend: '{{model}} {{version}} {{column}}',
      },
    ],
  },
  {
    title: 'Drift over its limit, worst slices',
    unit: 'none',
    queries: [
      {
        expr: `topk(10, plumbline_slice_column_drift{${MODEL}} / plumbline_slice_column_drift_limit{${MODEL}})`,
        legend: '{{model}} {{version}} {{slice}} {{column}}',
      },
    ],
  },
  {
    title: 'Missing values, worst columns',
    unit: 'percentunit',
    queries: [
      {
        expr: `topk(10, plumbline_column_missing_ratio{${MODEL}})`,
        legend: '{{model}} {{version}} {{column}}',
      },
    ],
  },
  {
    title: 'Latency, 95th percentile',
    unit: 's',
    queries: [{ expr: `plumbline_model_latency_p95_seconds{${MODEL}}`, legend: '{{model}} {{version}}' }],
  },
  {
    title: 'Throughput',
    unit: 'reqps',
    queries: [{ expr: `plumbline_model_throughput_per_second{${MODEL}}`, legend: '{{model}} {{version}}' }],
  },
  {
    title: 'Failed calls',
    unit: 'percentunit',
    queries: [{ expr: `plumbline_model_error_ratio{${MODEL}}`, legend: '{{model}} {{version}}' }],
  },
  {
    title: 'Accuracy',
    unit: 'percentunit',
    queries: [{ expr: `plumbline_model_accuracy_ratio{${MODEL}}`, legend: '{{model}} {{version}}' }],
  },
]

const INSTANCE_PANELS: readonly Panel[] = [
  {
    title: 'Records taken',
    unit: 'reqps',
    queries: [{ expr: 'sum by (result) (rate(plumbline_ingest_records_total[5m]))', legend: '{{result}}' }],
  },
  {
    title: 'Requests, 99th percentile',
    unit: 's',
    queries: [
      {
        expr: 'histogram_quantile(0.99, sum by (le, route) (rate(plumbline_http_request_duration_seconds_bucket[5m])))',
        legend: '{{route}}',
      },
    ],
  },
  {
    title: 'Lag',
    unit: 's',
    queries: [
      { expr: 'plumbline_ingest_lag_seconds', legend: 'records not summarised' },
      { expr: 'plumbline_evaluation_lag_seconds', legend: 'windows not judged' },
      { expr: 'time() - plumbline_worker_last_round_timestamp_seconds', legend: 'last round of the worker' },
    ],
  },
  {
    title: 'Time of the worker by stage',
    unit: 'percentunit',
    queries: [{ expr: 'rate(plumbline_worker_stage_seconds_total[5m])', legend: '{{stage}}' }],
  },
  {
    title: 'Notifications that failed',
    unit: 'none',
    queries: [{ expr: 'increase(plumbline_notification_failures_total[1h])', legend: '{{channel}}' }],
  },
  {
    title: 'Notifications that wait',
    unit: 'none',
    queries: [{ expr: 'plumbline_notifications_waiting', legend: '{{channel}}' }],
  },
  {
    title: 'Disk',
    unit: 'bytes',
    queries: [
      { expr: 'plumbline_storage_free_bytes', legend: 'free' },
      { expr: 'plumbline_log_bytes', legend: 'log' },
    ],
  },
  {
    title: 'Trouble of Plumbline itself',
    unit: 'none',
    queries: [{ expr: 'sum by (kind) (plumbline_self_alerts)', legend: '{{kind}}' }],
  },
]

const COLUMNS = 24
const HEIGHT = 8

/** The dashboard, as Grafana imports it; it asks for its Prometheus when it is imported. */
export function grafanaDashboard() {
  const panels: object[] = []
  let y = 0
  for (const [title, list] of [
    ['Models', MODEL_PANELS],
    ['Plumbline', INSTANCE_PANELS],
  ] as const) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
    })
    y += 1
    let x = 0
    for (const panel of list) {
      const width = panel.width ?? 12
      if (x + width > COLUMNS) {
        x = 0
        y += HEIGHT
      }
      panels.push(panelJson(panel, panels.length + 1, { x, y, w: width, h: HEIGHT }))
      x += width
    }
    y += HEIGHT
  }
  return {
    title: 'Plumbline',
    uid: 'plumbline',
    tags: ['plumbline', 'machine-learning'],
    schemaVersion: 39,
    editable: true,
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    templating: { list: [modelVariable()] },
    __inputs: [{ name: 'DS_PROMETHEUS', label: 'Prometheus', type: 'datasource', pluginId: 'prometheus' }],
    panels,
  }
}

/** Every PromQL expression of the dashboard, for the test that runs them. */
export function dashboardQueries(): string[] {
  return [...MODEL_PANELS, ...INSTANCE_PANELS].flatMap(({ queries }) => queries.map(({ expr }) => expr))
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own way to name what it asks for
const DATASOURCE = { type: 'prometheus', uid: '${DS_PROMETHEUS}' }

function modelVariable() {
  const query = 'label_values(plumbline_model_last_record_timestamp_seconds, model)'
  return {
    name: 'model',
    label: 'Model',
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: 'model' },
    refresh: 2,
    multi: true,
    includeAll: true,
    // Else Grafana names every model in every query: long with many, and refused whole for one odd name.
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
  }
}

function panelJson({ title, unit, queries, type = 'timeseries' }: Panel, id: number, gridPos: object) {
  return {
    id,
    type,
    title,
    gridPos,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  }
}
