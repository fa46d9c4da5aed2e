/** Owns the messages of OpenTelemetry and Loki as protobufjs writes them: the judge of our own reader in tests. */
import protobuf from 'protobufjs'
import type { BatchRules, ParsedBatch } from '@/lib/ingest/parse-batch'
import { parseBatch } from '@/lib/ingest/parse-batch'
import type { BodyReader } from '@/lib/ingest/read-records'
import { TEST_RULES } from '@/lib/ingest/testing'

/** The parts of opentelemetry-proto and of Loki's push.proto that are read, with the numbers of the originals. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3;
    double double_value = 4; ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
  message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; }
  message LogRecord { fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
    repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7; fixed32 flags = 8; bytes trace_id = 9;
    bytes span_id = 10; fixed64 observed_time_unix_nano = 11; string event_name = 12; }
  message ScopeLogs { Scope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
  message LogsRequest { repeated ResourceLogs resource_logs = 1; }
  message PartialSuccess { int64 rejected_log_records = 1; string error_message = 2; }
  message LogsResponse { PartialSuccess partial_success = 1; }
  message Status { int32 code = 1; string message = 2; }
  message Timestamp { int64 seconds = 1; int32 nanos = 2; }
  message LabelPair { string name = 1; string value = 2; }
  message Entry { Timestamp timestamp = 1; string line = 2; repeated LabelPair structuredMetadata = 3; }
  message Stream { string labels = 1; repeated Entry entries = 2; uint64 hash = 3; }
  message PushRequest { repeated Stream streams = 1; }
`)

type Message = 'LogsRequest' | 'LogsResponse' | 'Status' | 'PushRequest'

/** A message from what its JSON form says; bytes are base64 there. */
export function encode(message: Message, value: object): Buffer {
  const type = root.lookupType(message)
  return Buffer.from(type.encode(type.fromObject(value)).finish())
}

export function decode(message: Message, bytes: Uint8Array): object {
  const type = root.lookupType(message)
  return type.toObject(type.decode(bytes), { longs: Number })
}

/** OTLP writes ids as hex in JSON where proto3 would have base64. */
export function encodeOtlp(request: object): Buffer {
  const text = JSON.stringify(request, (key, value) =>
    key === 'traceId' || key === 'spanId' ? Buffer.from(value, 'hex').toString('base64') : value,
  )
  return encode('LogsRequest', JSON.parse(text))
}

/** Reads a body with a reader, under the default limits and without a model in the path. */
export function readWith(
  read: BodyReader,
  body: string | Uint8Array,
  rules: Partial<BatchRules> = {},
): ParsedBatch {
  const steps = parseBatch(Buffer.from(body as string), { ...TEST_RULES, model: null, ...rules }, read)
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** The records of a batch with model and version, in order of the groups. */
export function recordsOf(batch: ParsedBatch) {
  return batch.groups.flatMap(({ model, version, records }) =>
    records.map((record) => ({ model, version, ...record })),
  )
}
