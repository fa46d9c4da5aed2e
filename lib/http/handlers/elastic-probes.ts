/** Owns what clients of Elasticsearch ask before they send: answers that make them go on, and change nothing. */
import type { Handler } from '@/lib/http/exchange'
import { elasticReply, PRODUCT } from '@/lib/http/handlers/elastic-bulk'

/** Whose clients we can serve: Beats and Logstash of this and of older versions go on without a word. */
const VERSION = '8.19.2'
const CLUSTER = { cluster_name: 'plumbline', cluster_uuid: 'plumbline-no-search-here' }

/** GET and HEAD on the root. */
export const getElasticRoot: Handler = async () =>
  elasticReply({
    name: 'plumbline',
    ...CLUSTER,
    version: {
      number: VERSION,
      build_flavor: 'default',
      build_type: 'docker',
      build_hash: 'plumbline',
      build_date: '2026-01-01T00:00:00.000Z',
      build_snapshot: false,
      lucene_version: '9.12.2',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'You Know, for Search',
  })

/** GET: the cluster's health; red while nothing can be stored. */
export const getClusterHealth: Handler = async (app, exchange) => {
  const status = app.contextFor(exchange.principal).logWriter?.problem() == null ? 'green' : 'red'
  return elasticReply({
    cluster_name: CLUSTER.cluster_name,
    status,
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    active_primary_shards: 1,
    active_shards: 1,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 100,
  })
}

/** GET: the same as one line of text. */
export const getCatHealth: Handler = async (app, exchange) => {
  const { logWriter, nowMs } = app.contextFor(exchange.principal)
  const status = logWriter?.problem() == null ? 'green' : 'red'
  const time = new Date(nowMs).toISOString().slice(11, 19)
  const line = `${Math.floor(nowMs / 1_000)} ${time} ${CLUSTER.cluster_name} ${status} 1 1 1 1 0 0 0 0 - 100.0%\n`
  return { status: 200, headers: { ...PRODUCT, 'content-type': 'text/plain' }, body: line }
}

const LICENSE = { status: 'active', uid: CLUSTER.cluster_uuid, type: 'basic', mode: 'basic' }

export const getLicense: Handler = async () =>
  elasticReply({ license: { ...LICENSE, issue_date_in_millis: 0, max_nodes: 1_000, issued_to: 'plumbline' } })

export const getXpack: Handler = async () =>
  elasticReply({
    build: { hash: 'plumbline', date: '2026-01-01T00:00:00.000Z' },
    license: LICENSE,
    features: {
      ilm: { available: true, enabled: true },
      security: { available: true, enabled: true },
      data_streams: { available: true, enabled: true },
    },
    tagline: 'You know, for X',
  })

/** GET and HEAD: what a client would set up is there already, so that it does not try. */
export const getLifecyclePolicy: Handler = async (_app, { params }) =>
  elasticReply({ [params.name ?? '']: { version: 1, policy: { phases: {} } } })

export const getIndexTemplate: Handler = async (_app, { params }) =>
  elasticReply({
    index_templates: [{ name: params.name, index_template: { index_patterns: [], composed_of: [] } }],
  })

export const getTemplate: Handler = async (_app, { params }) =>
  elasticReply({ [params.name ?? '']: { order: 0, index_patterns: [], settings: {}, mappings: {} } })

export const getDataStream: Handler = async (_app, { params }) =>
  elasticReply({ data_streams: [{ name: params.name, status: 'GREEN' }] })

/** PUT: there is nothing to set up here. */
export const putNothing: Handler = async () => elasticReply({ acknowledged: true })

/** GET and POST: what is answered is stored; there is nothing to refresh. */
export const refreshNothing: Handler = async () =>
  elasticReply({ _shards: { total: 1, successful: 1, failed: 0 } })
