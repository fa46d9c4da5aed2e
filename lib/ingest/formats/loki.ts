/** Owns what a line pushed to Loki means as a prediction: JSON, with labels and structured metadata beside it. */
import { openEnvelope } from '@/lib/ingest/collect-fields'
import { REFUSAL_CODES } from '@/lib/ingest/fault'
import { addFields, fieldsOf } from '@/lib/ingest/formats/side-fields'
import type { JsonObject } from '@/lib/ingest/json-value'
import type { ReadLimits, RecordSink } from '@/lib/ingest/read-records'

const NO_OBJECT = 'The line is no JSON object: only predictions can be read here.'
/** Labels that name what logs, for streams without a label `model`; the first that is there counts. */
const SOURCES = ['service_name', 'app', 'job'] as const

/** Hands the record of one line to `sink`. @param atMs  time of the entry; 0: none */
export function readLine(
  line: string,
  atMs: number,
  stream: LokiStream,
  metadata: JsonObject | null,
  limits: ReadLimits,
  sink: RecordSink,
): void {
  const code = line.length > limits.maxRecordBytes ? 'record_too_large' : null
  const raw = code === null ? openEnvelope(line, limits.maxDepth) : code
  if (raw === undefined || typeof raw === 'string') {
    const message = raw === undefined ? NO_OBJECT : REFUSAL_CODES[raw]
    sink.refuse({ code: raw ?? 'wrong_shape', field: null, message }, line.slice(0, 2_048))
    return
  }
  const known = fieldsOf(raw)
  if (metadata !== null) addFields(raw, metadata, known)
  addFields(raw, stream.labels, known)
  if (atMs > 0 && !known.has('time')) raw.timestamp = atMs
  sink.record(raw, stream.shared)
}

/** What the lines of a stream have in common. */
export interface LokiStream {
  readonly labels: JsonObject
  readonly shared: JsonObject | null
}

/** @param labels  as they were sent */
export function streamOf(labels: JsonObject): LokiStream {
  const source = SOURCES.find((name) => Object.hasOwn(labels, name))
  return { labels, shared: source === undefined ? null : { model_id: labels[source] ?? null } }
}

/**
 * Labels written as Prometheus does: `{model="fraud", version="7"}`.
 * @returns null for text that is not that
 */
export function parseLabels(text: string): JsonObject | null {
  const labels: JsonObject = {}
  const inside = /^\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1]
  if (inside === undefined) return null
  const pair = /\s*([A-Za-z_][A-Za-z0-9_.:]*)\s*=\s*"((?:[^"\\]|\\[\s\S])*)"\s*(,|$)/y
  while (pair.lastIndex < inside.length) {
    if (inside.slice(pair.lastIndex).trim() === '') break
    const found = pair.exec(inside)
    if (found === null) return null
    labels[found[1] as string] = withoutEscapes(found[2] as string)
  }
  return labels
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/gs, (_, escaped: string) =>
    escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped,
  )
}
