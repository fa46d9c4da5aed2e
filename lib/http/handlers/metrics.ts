/** Owns answering `/metrics`, and the dashboard that is made for it. */
import type { Handler } from '@/lib/http/exchange'
import { grafanaDashboard } from '@/lib/http/grafana-dashboard'
import { metricsText } from '@/lib/http/metrics-text'
import { jsonReply } from '@/lib/http/reply'
import { getMetricsSnapshot } from '@/lib/queries/metrics-snapshot'

/** The format that every Prometheus reads. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export const metricsHandler: Handler = async (app, exchange) => {
  const snapshot = await getMetricsSnapshot(app.contextFor(exchange.principal))
  const stored = await metricsText(snapshot, (await app.storageRoom?.()) ?? null)
  const counted = (await app.meter?.text()) ?? ''
  return { status: 200, headers: { 'content-type': METRICS_TYPE }, body: `${stored}\n${counted}` }
}

export const grafanaDashboardHandler: Handler = async () => jsonReply(grafanaDashboard())
