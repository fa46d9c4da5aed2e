/** Owns reading one text out of an API answer whose shape the page does not trust. */

/** The field, or null; looks one level down too. */
export function readText(data: unknown, name: string): string | null {
  if (typeof data !== 'object' || data === null) return null
  for (const source of [data, ...Object.values(data)]) {
    if (typeof source !== 'object' || source === null) continue
    const value = (source as Record<string, unknown>)[name]
    if (typeof value === 'string') return value
  }
  return null
}
