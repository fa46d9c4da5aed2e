/** Owns telling values that are nested too deep, or too large, from those that may be walked and kept. */
import type { JsonValue } from '@/lib/ingest/json-value'

/** Whether objects and lists lie in one another more than `levels` deep; never goes deeper than that itself. */
export function isDeeper(value: JsonValue | undefined, levels: number): boolean {
  return countObjects(value, levels) === Number.POSITIVE_INFINITY
}

/** How many objects a value holds, itself included; infinitely many when it is nested more than `levels` deep. */
export function countObjects(value: JsonValue | undefined, levels: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (levels === 0) return Number.POSITIVE_INFINITY
  let count = Array.isArray(value) ? 0 : 1
  for (const key in value) {
    const item = (value as Record<string, JsonValue>)[key]
    if (typeof item === 'object') count += countObjects(item, levels - 1)
  }
  return count
}

/** Whether a value is longer than so many bytes as JSON: for records whose own bytes are not known. */
export function isLonger(value: JsonValue, bytes: number): boolean {
  return Buffer.byteLength(JSON.stringify(value)) > bytes
}
