/** Owns reading instants from texts and numbers. */

/** Instant of an ISO date or date-time, in epoch ms; without a zone it is UTC. NaN for impossible dates. */
export function parseInstant(text: string): number {
  if (text.length === 10) return Date.parse(`${text}T00:00:00Z`)
  const iso = text.replace(' ', 'T')
  if (/[+-]\d{4}$/.test(iso)) return Date.parse(`${iso.slice(0, -2)}:${iso.slice(-2)}`)
  return Date.parse(/(?:Z|[+-]\d{2}:\d{2})$/.test(iso) ? iso : `${iso}Z`)
}

/** Instant of a number by its magnitude: seconds, milliseconds, microseconds or nanoseconds since 1970. */
export function instantOfNumber(value: number): number {
  const size = Math.abs(value)
  if (size < 1e11) return value * 1_000
  if (size < 1e14) return value
  if (size < 1e17) return value / 1_000
  return value / 1_000_000
}
