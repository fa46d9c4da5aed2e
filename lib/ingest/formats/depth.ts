/** Owns telling values that are nested too deep from those that may be walked. */
import type { JsonValue } from '@/lib/ingest/json-value'

/** Whether objects and lists lie in one another more than `levels` deep; never goes deeper than that itself. */
export function isDeeper(value: JsonValue | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const key in value) {
    const item = (value as Record<string, JsonValue>)[key]
    if (typeof item === 'object' && isDeeper(item, levels - 1)) return true
  }
  return false
}
