/**
 * Owns reading OTLP's ExportLogsServiceRequest from protobuf
 * (github.com/open-telemetry/opentelemetry-proto: collector/logs/v1, logs/v1, common/v1, resource/v1).
 */
import { REFUSAL_CODES } from '@/lib/ingest/fault'
import { msOfNanos } from '@/lib/ingest/formats/nanos'
import { emptyLog, type OtlpLog, otlpRecord, sharedFields } from '@/lib/ingest/formats/otlp-record'
import { OtlpValueReader } from '@/lib/ingest/formats/otlp-values'
import { ProtobufReader } from '@/lib/ingest/formats/protobuf-reader'
import { tooManyRecords, undecodable } from '@/lib/ingest/formats/undecodable'
import type { JsonObject } from '@/lib/ingest/json-value'
import type { BodyReader, ReadLimits, RecordSink } from '@/lib/ingest/read-records'

/** Bytes after which others may run. */
const CHUNK_BYTES = 256 * 1024

/** Reads the records of an ExportLogsServiceRequest. @throws AppError as BodyReader says */
export const readOtlpProtobuf: BodyReader = (bytes, limits, sink) => new OtlpReader(bytes, limits, sink).run()

interface Span {
  readonly from: number
  readonly to: number
}

class OtlpReader {
  private readonly reader: ProtobufReader
  private count = 0
  private groups = 0
  private readonly values: OtlpValueReader
  private restedAt = 0

  constructor(
    bytes: Buffer,
    private readonly limits: ReadLimits,
    private readonly sink: RecordSink,
  ) {
    this.reader = new ProtobufReader(bytes)
    this.values = new OtlpValueReader(this.reader)
  }

  *run(): Generator<void> {
    const { reader } = this
    while (reader.next()) {
      if (this.isTimeToRest()) yield
      if (reader.field !== 1) {
        reader.skip()
        continue
      }
      this.countGroup()
      const outer = reader.enter()
      yield* this.resourceLogs()
      reader.leave(outer)
    }
  }

  private *resourceLogs(): Generator<void> {
    const { reader } = this
    let resource: JsonObject = {}
    const scopes: Span[] = []
    // The resource may stand behind the records that are its own.
    while (reader.next()) {
      if (this.isTimeToRest()) yield
      if (reader.field === 1) resource = this.attributesOf(1)
      else if (reader.field === 2) {
        this.countGroup()
        scopes.push(this.span())
      } else reader.skip()
    }
    for (const scope of scopes) yield* this.scopeLogs(scope, resource)
  }

  private *scopeLogs(span: Span, resource: JsonObject): Generator<void> {
    const { reader } = this
    const outer = reader.reenter(span.from, span.to)
    let scope: JsonObject = {}
    const records: Span[] = []
    while (reader.next()) {
      if (this.isTimeToRest()) yield
      if (reader.field === 1) scope = this.attributesOf(3)
      else if (reader.field === 2) {
        if (++this.count > this.limits.maxRecords) throw tooManyRecords(this.limits)
        records.push(this.span())
      } else reader.skip()
    }
    const shared = sharedFields(resource, scope)
    for (const record of records) {
      if (this.isTimeToRest()) yield
      this.record(record, shared)
    }
    reader.leave(outer)
  }

  private record(span: Span, shared: JsonObject): void {
    const { reader, limits } = this
    if (span.to - span.from > limits.maxRecordBytes) {
      this.refuse('record_too_large')
      return
    }
    const outer = reader.reenter(span.from, span.to)
    this.values.deepest = 0
    const log = this.logRecord()
    reader.leave(outer)
    // A value inside the deepest map that is allowed lies one level below it.
    const raw = this.values.deepest > limits.maxDepth + 1 ? 'too_deep' : otlpRecord(log, limits.maxDepth)
    if (raw === 'too_deep') this.refuse(raw)
    else {
      this.sink.plain?.(reader.isPlain)
      this.sink.record(raw, shared)
    }
  }

  private refuse(code: 'record_too_large' | 'too_deep'): void {
    this.sink.refuse({ code, field: null, message: REFUSAL_CODES[code] }, '')
  }

  /** Resources and scopes cost memory too, even empty ones. */
  private countGroup(): void {
    if (++this.groups > 2 * this.limits.maxRecords) throw tooManyRecords(this.limits)
  }

  private isTimeToRest(): boolean {
    const moved = Math.abs(this.reader.position - this.restedAt)
    if (moved <= CHUNK_BYTES) return false
    this.restedAt = this.reader.position
    return true
  }

  private logRecord(): OtlpLog {
    const { reader } = this
    const log = emptyLog()
    let observed = 0
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          log.atMs = msOfNanos(reader.fixed64())
          break
        case 2:
          log.severity = reader.uint()
          break
        case 5:
          log.body = this.values.anyValue()
          break
        case 6:
          this.values.keyValue(log.attributes)
          break
        case 9:
          log.traceId = reader.hex()
          break
        case 11:
          observed = reader.fixed64()
          break
        case 12:
          log.eventName = reader.text()
          break
        default:
          reader.skip()
      }
    }
    if (log.atMs === 0) log.atMs = msOfNanos(observed)
    return log
  }

  /** The attributes of a resource or scope, which stand in its field `wanted`. */
  private attributesOf(wanted: number): JsonObject {
    const { reader } = this
    const attributes: JsonObject = {}
    const outer = reader.enter()
    if (reader.left > this.limits.maxRecordBytes)
      throw undecodable('A resource or scope is larger than a record may be.')
    while (reader.next()) {
      if (reader.field === wanted) this.values.keyValue(attributes)
      else reader.skip()
    }
    reader.leave(outer)
    return attributes
  }

  /** Where a message lies that is read later. */
  private span(): Span {
    const { reader } = this
    const outer = reader.enter()
    const from = reader.position
    const to = from + reader.left
    reader.leave(outer)
    return { from, to }
  }
}
