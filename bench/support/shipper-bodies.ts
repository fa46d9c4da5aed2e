/** Owns the bodies of shippers with the same records as `bodyTemplate`: OpenTelemetry's protobuf and Elasticsearch's bulk. */
import protobuf from 'protobufjs'
import { type BodyTemplate, drawFeatures, type WorkloadShape } from '@/bench/support/workload'

/** Twelve digits, to be stamped over. */
const PLACE_FOR_ID = '#'.repeat(12)

function drawRecord(shape: WorkloadShape, uniform: () => number) {
  return {
    prediction_id: PLACE_FOR_ID,
    model_version: '1',
    features: drawFeatures(shape, uniform),
    prediction: uniform() < 0.3 ? 1 : 0,
    score: Math.round(uniform() * 1e4) / 1e4,
    latency_ms: Math.round(20 + 30 * uniform()),
  }
}

function templateOf(bytes: Buffer): BodyTemplate {
  const idOffsets: number[] = []
  for (let at = bytes.indexOf(PLACE_FOR_ID); at >= 0; at = bytes.indexOf(PLACE_FOR_ID, at + 12))
    idOffsets.push(at)
  return { bytes, idOffsets }
}

/** A bulk request; ids stand in the actions, as Elasticsearch wants them. */
export function bulkTemplate(records: number, shape: WorkloadShape, uniform: () => number): BodyTemplate {
  const lines = Array.from({ length: records }, () => {
    const { prediction_id, ...document } = drawRecord(shape, uniform)
    const action = { create: { _index: 'bench-2026.11.21', _id: prediction_id } }
    return `${JSON.stringify(action)}\n${JSON.stringify(document)}\n`
  })
  return templateOf(Buffer.from(lines.join(''), 'latin1'))
}

const { root } = protobuf.parse(`
  syntax = "proto3";
  message AnyValue { oneof value { string string_value = 1; int64 int_value = 3; double double_value = 4;
    KeyValueList kvlist_value = 6; } }
  message KeyValueList { repeated KeyValue values = 1; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message Attributes { repeated KeyValue attributes = 1; }
  message LogRecord { fixed64 time_unix_nano = 1; AnyValue body = 5; }
  message ScopeLogs { repeated LogRecord log_records = 2; }
  message ResourceLogs { Attributes resource = 1; repeated ScopeLogs scope_logs = 2; }
  message Request { repeated ResourceLogs resource_logs = 1; }
`)

type Plain = string | number | { readonly [key: string]: Plain }

function anyValue(value: Plain): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: value } : { doubleValue: value }
  return { kvlistValue: { values: keyValues(value) } }
}

function keyValues(map: { readonly [key: string]: Plain }): object[] {
  return Object.entries(map).map(([key, value]) => ({ key, value: anyValue(value) }))
}

/** An export request of OpenTelemetry, each record the body of a log record. */
export function otlpTemplate(records: number, shape: WorkloadShape, uniform: () => number): BodyTemplate {
  const logRecords = Array.from({ length: records }, () => ({ body: anyValue(drawRecord(shape, uniform)) }))
  const resource = { attributes: keyValues({ 'service.name': 'bench' }) }
  const type = root.lookupType('Request')
  const message = type.fromObject({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })
  return templateOf(Buffer.from(type.encode(message).finish()))
}
