/** Owns a canonical record under the names that it can be sent with. */
import type { PredictionRecord } from '@/lib/domain/record'

/** A record under the names that it can be sent with. */
export function asSent(record: PredictionRecord, version: string): Record<string, unknown> {
  return {
    prediction_id: record.id,
    model_version: version,
    timestamp: record.ta === 1 ? undefined : new Date(record.at).toISOString(),
    features: record.f,
    prediction: record.p,
    prediction_score: record.ss ?? record.s,
    latency_ms: record.l,
    status_code: record.c,
    error: record.e,
    memory_bytes: record.m,
    load: record.cpu,
    tags: record.t,
    trace_id: record.tr,
    environment: record.env,
    weight: record.w,
  }
}
