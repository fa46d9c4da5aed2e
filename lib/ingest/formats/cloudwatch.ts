/** Owns reading what a subscription of CloudWatch Logs sends: log events in an envelope, each a line with its time and id. */
import { parseGuarded } from '@/lib/ingest/formats/guarded-json'
import { isObject, type JsonObject, own, parseObject } from '@/lib/ingest/json-value'
import type { ReadLimits } from '@/lib/ingest/read-records'

/** Levels around a line: the envelope, its list, the event. */
const LEVELS = 3

/**
 * The lines as records in envelopes, or null for what is no such message. A message that only asks whether anybody is
 * there has none.
 * @throws AppError `too_large` (`too_many_records`); `invalid` for a message that is nested too deep
 */
export function readCloudWatch(bytes: Buffer, limits: ReadLimits): JsonObject[] | null {
  // Most parts are none: looking is cheaper than parsing.
  if (!bytes.includes('"logEvents"') || !bytes.includes('"messageType"')) return null
  const message = parseGuarded(bytes, limits, limits.maxDepth + LEVELS)
  if (!isObject(message)) return null
  const events = own(message, 'logEvents')
  const type = own(message, 'messageType')
  if (!Array.isArray(events) || typeof type !== 'string') return null
  return type === 'CONTROL_MESSAGE' ? [] : events.map((event) => (isObject(event) ? lineOf(event) : {}))
}

function lineOf(event: JsonObject): JsonObject {
  const timestamp = own(event, 'timestamp') ?? null
  const text = own(event, 'message')
  if (typeof text !== 'string') return { timestamp }
  const message = parseObject(text) === undefined ? afterTabs(text) : text
  // The id names the event among all of CloudWatch; a line that is no record needs none.
  const id = own(event, 'id')
  return message === null ? { timestamp, message: text } : { ...(id ? { id } : {}), timestamp, message }
}

/** What the loggers of Lambda put after time, request and level, where it is an object; else null. */
function afterTabs(text: string): string | null {
  const at = text.indexOf('\t{')
  if (at < 0) return null
  const rest = text.slice(at + 1)
  return parseObject(rest) === undefined ? null : rest
}
