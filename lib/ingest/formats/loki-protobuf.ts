/** Owns reading Loki's push request from protobuf (grafana/loki: pkg/push/push.proto). */
import { type LokiStream, parseLabels, readLine, streamOf } from '@/lib/ingest/formats/loki'
import { ProtobufReader } from '@/lib/ingest/formats/protobuf-reader'
import { tooManyRecords, undecodable } from '@/lib/ingest/formats/undecodable'
import { type JsonObject, setOwn } from '@/lib/ingest/json-value'
import type { BodyReader, ReadLimits, RecordSink } from '@/lib/ingest/read-records'

const CHUNK_BYTES = 256 * 1024

/** Reads a PushRequest, already decompressed. @throws AppError as BodyReader says */
export const readLokiProtobuf: BodyReader = (bytes, limits, sink) => new PushReader(bytes, limits, sink).run()

class PushReader {
  private readonly reader: ProtobufReader
  private restedAt = 0
  private streams = 0
  private count = 0

  constructor(
    bytes: Buffer,
    private readonly limits: ReadLimits,
    private readonly sink: RecordSink,
  ) {
    this.reader = new ProtobufReader(bytes)
  }

  *run(): Generator<void> {
    const { reader, limits } = this
    while (reader.next()) {
      if (reader.field === 1) {
        if (++this.streams > limits.maxRecords) throw tooManyRecords(limits)
        yield* this.stream()
      } else reader.skip()
      if (this.isTimeToRest()) yield
    }
  }

  private *stream(): Generator<void> {
    const { reader, limits } = this
    const outer = reader.enter()
    const from = reader.position
    const to = from + reader.left
    const stream = labelsOf(reader)
    reader.leave(outer)
    const again = reader.reenter(from, to)
    while (reader.next()) {
      if (reader.field === 2) {
        if (++this.count > limits.maxRecords) throw tooManyRecords(limits)
        readEntry(reader, stream, limits, this.sink)
      } else reader.skip()
      if (this.isTimeToRest()) yield
    }
    reader.leave(again)
  }

  private isTimeToRest(): boolean {
    if (this.reader.position - this.restedAt <= CHUNK_BYTES) return false
    this.restedAt = this.reader.position
    return true
  }
}

/** The labels of a stream, which may stand behind its entries. */
function labelsOf(reader: ProtobufReader): LokiStream {
  let labels: JsonObject = {}
  while (reader.next()) {
    if (reader.field === 1) {
      const parsed = parseLabels(reader.text())
      if (parsed === null) throw undecodable('The labels of a stream cannot be read.')
      labels = parsed
    } else reader.skip()
  }
  return streamOf(labels)
}

function readEntry(reader: ProtobufReader, stream: LokiStream, limits: ReadLimits, sink: RecordSink): void {
  let atMs = 0
  let line = ''
  let metadata: JsonObject | null = null
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 1) atMs = readTimestamp(reader)
    else if (reader.field === 2) line = reader.text()
    else if (reader.field === 3) {
      metadata ??= {}
      readPair(reader, metadata)
    } else reader.skip()
  }
  reader.leave(outer)
  readLine(line, atMs, stream, metadata, limits, sink)
}

/** Milliseconds. */
function readTimestamp(reader: ProtobufReader): number {
  let seconds = 0
  let nanos = 0
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 1) seconds = reader.int64()
    else if (reader.field === 2) nanos = reader.int64()
    else reader.skip()
  }
  reader.leave(outer)
  return seconds * 1e3 + Math.floor(nanos / 1e6)
}

function readPair(reader: ProtobufReader, into: JsonObject): void {
  let name = ''
  let value = ''
  const outer = reader.enter()
  while (reader.next()) {
    if (reader.field === 1) name = reader.text()
    else if (reader.field === 2) value = reader.text()
    else reader.skip()
  }
  reader.leave(outer)
  if (name !== '') setOwn(into, name, value)
}
