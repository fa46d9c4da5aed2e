/** Owns reading form fields as Logstash sends an event with `format => form`; whatever else calls itself a form is JSON. */
import { isAscii } from 'node:buffer'
import { REFUSAL_CODES } from '@/lib/ingest/fault'
import { type JsonObject, setOwn } from '@/lib/ingest/json-value'
import { refusedText } from '@/lib/ingest/malformed'
import { type BodyReader, readRecords } from '@/lib/ingest/read-records'

/** syslog-ng, curl and others send JSON under the type of forms unless they are told otherwise. */
const JSON_BEGINS = /^\s*[[{"]/

export const readForm: BodyReader = function* (bytes, limits, sink) {
  const begin = bytes.toString('latin1', 0, 256)
  if (JSON_BEGINS.test(begin) || !begin.includes('=')) {
    yield* readRecords(bytes, isAscii(bytes), limits, sink)
    return
  }
  if (bytes.length > limits.maxRecordBytes) {
    const fault = { code: 'record_too_large', field: null, message: REFUSAL_CODES.record_too_large } as const
    sink.refuse(fault, refusedText(bytes, 0, bytes.length))
    return
  }
  const record: JsonObject = {}
  for (const [name, value] of new URLSearchParams(bytes.toString('utf8'))) setOwn(record, name, value)
  sink.record(record, null)
}
