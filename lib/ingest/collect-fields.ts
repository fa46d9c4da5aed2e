/** Owns finding the fields of a record under any of their aliases, in one pass over its keys. */
import { ALIAS_OF, type Alias, FIELD, FIELD_NAMES } from '@/lib/ingest/field-aliases'
import { isObject, type JsonObject, type JsonValue, parseObject } from '@/lib/ingest/json-value'
import { scanJson } from '@/lib/ingest/scan-json'

/** What a record holds, by the index of the field; reused from record to record. */
export class FoundFields {
  readonly values: (JsonValue | undefined)[] = new Array(FIELD_NAMES.length).fill(undefined)
  readonly aliases: (Alias | undefined)[] = new Array(FIELD_NAMES.length).fill(undefined)
  /** Keys that are no alias of any field. */
  others = 0

  /** Forgets the record before and collects `raw`. Of two aliases of a field the one listed first wins. */
  collect(raw: JsonObject): void {
    this.values.fill(undefined)
    this.aliases.fill(undefined)
    this.others = 0
    this.add(raw)
  }

  /** Adds an object inside an envelope: what the envelope says holds only where the inside says nothing. */
  collectInside(inside: JsonObject): void {
    const outer = { values: [...this.values], aliases: [...this.aliases] }
    this.collect(inside)
    this.inherit(outer, INHERITED)
  }

  /** What is said around a record holds where it says nothing itself. */
  inherit(around: Pick<FoundFields, 'values' | 'aliases'>, fields: readonly number[]): void {
    for (const field of fields) {
      if (this.values[field] !== undefined) continue
      this.values[field] = around.values[field]
      this.aliases[field] = around.aliases[field]
    }
  }

  private add(raw: JsonObject): void {
    const { values, aliases } = this
    for (const key in raw) {
      const alias = ALIAS_OF.get(key)
      if (alias === undefined) {
        this.others++
        continue
      }
      const value = raw[key]
      if (value === null && !NULL_MATTERS.has(alias.field)) continue
      const before = aliases[alias.field]
      if (before !== undefined && before.rank < alias.rank) continue
      values[alias.field] = value
      aliases[alias.field] = alias
    }
  }

  /** The key under which a field was found, for messages. */
  key(field: number): string {
    return this.aliases[field]?.name ?? FIELD_NAMES[field] ?? ''
  }
}

/** Fields for which null says something: a null prediction is an output, while a null label is none yet. */
const NULL_MATTERS: ReadonlySet<number> = new Set([FIELD.prediction])

const INHERITED = [
  FIELD.model,
  FIELD.version,
  FIELD.id,
  FIELD.time,
  FIELD.environment,
  FIELD.trace,
  FIELD.tags,
]

/** The record inside an envelope: an object, or text that is one; undefined when there is none, `too_deep` when it is nested too deep. */
export function openEnvelope(
  value: JsonValue | undefined,
  maxDepth: number,
): JsonObject | 'too_deep' | undefined {
  if (isObject(value)) return value
  const text = typeof value === 'string' ? /^\s*(?:@cee:\s*)?(\{[\s\S]*)$/.exec(value)?.[1] : undefined
  if (text === undefined) return undefined
  const scan = scanJson(Buffer.from(text), { maxRecords: 1, maxDepth })
  if (scan.state !== 'ok' || scan.values.length !== 1) return undefined
  return scan.tooDeep.size > 0 || (scan.values[0]?.depth ?? 0) > maxDepth ? 'too_deep' : parseObject(text)
}
