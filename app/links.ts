/** Owns every address inside the app. Names are user data, so they are encoded here and only here. */

export type Query = Readonly<Record<string, string | number | null | undefined>>

/**
 * A name as one path segment. Names that a path would bend (dots, slashes, per cent signs) travel as base64url.
 */
export function toSegment(name: string): string {
  if (/^\.{1,2}$|[/\\%]|^~~/.test(name)) return `~~${encodeBase64Url(name)}`
  return encodeURIComponent(name)
}

/** The inverse of toSegment, for a segment as Next hands it over; null when it is no valid name. */
export function fromSegment(segment: string): string | null {
  try {
    const text = decodeURIComponent(segment)
    return text.startsWith('~~') ? decodeBase64Url(text.slice(2)) : text
  } catch {
    return null
  }
}

export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') params.set(name, String(value))
  }
  const text = params.toString()
  return text === '' ? path : `${path}?${text}`
}

export const modelPath = (model: string) => `/models/${toSegment(model)}`
export const inputPath = (model: string, feature: string) =>
  `${modelPath(model)}/inputs/${toSegment(feature)}`
export const monitorPath = (monitorId: number) => `/monitors/${monitorId}`
export const alertPath = (alertId: number) => `/alerts/${alertId}`

function encodeBase64Url(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function decodeBase64Url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}
