/** Owns reading form fields as Logstash sends an event with `format => form`; whatever else calls itself a form is JSON. */
import { isAscii } from 'node:buffer'
import { type JsonObject, setOwn } from '@/lib/ingest/json-value'
import { type BodyReader, readRecords } from '@/lib/ingest/read-records'

/** syslog-ng, curl and others send JSON under the type of forms unless they are told otherwise. */
const JSON_BEGINS = /^\s*[[{"]/

export const readForm: BodyReader = function* (bytes, limits, sink) {
  const begin = bytes.toString('latin1', 0, 256)
  if (JSON_BEGINS.test(begin) || !begin.includes('=') || bytes.length > limits.maxRecordBytes) {
    yield* readRecords(bytes, isAscii(bytes), limits, sink)
    return
  }
  const record: JsonObject = {}
  for (const [name, value] of new URLSearchParams(bytes.toString('utf8'))) setOwn(record, name, value)
  sink.record(record, null)
}
