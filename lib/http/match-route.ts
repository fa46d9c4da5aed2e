/** Owns finding the route of a method and path. */
import type { Route } from '@/lib/http/route'

export interface RouteMatch {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** What a path is: a route, a path that takes other methods, or nothing we know. */
export type MatchResult =
  | ({ readonly kind: 'found' } & RouteMatch)
  | { readonly kind: 'other_methods'; readonly allow: readonly string[] }
  | { readonly kind: 'unknown' }

interface Pattern {
  readonly route: Route
  /** Literal text, or the name of a parameter. */
  readonly parts: readonly ({ readonly literal: string } | { readonly param: string })[]
}

/** A matcher over a table of routes. Literal segments win over parameters. */
export function createMatcher(
  routes: readonly Route[],
): (method: string, segments: readonly string[]) => MatchResult {
  const byLength = new Map<number, Pattern[]>()
  for (const route of routes) {
    const parts = route.path
      .split('/')
      .slice(1)
      .map((part) => (part.startsWith('{') ? { param: part.slice(1, -1) } : { literal: part }))
    const patterns = byLength.get(parts.length) ?? []
    patterns.push({ route, parts })
    byLength.set(parts.length, patterns)
  }
  const paramCount = (pattern: Pattern) => pattern.parts.filter((part) => 'param' in part).length
  for (const patterns of byLength.values()) patterns.sort((a, b) => paramCount(a) - paramCount(b))

  return (method, segments) => {
    const wanted = method === 'HEAD' ? 'GET' : method
    const fitting = (byLength.get(segments.length) ?? []).filter(({ parts }) =>
      parts.every((part, i) => 'param' in part || part.literal === segments[i]),
    )
    const found = fitting.find(({ route }) => route.method === wanted)
    if (found) return { kind: 'found', route: found.route, params: paramsOf(found, segments) }
    if (fitting.length === 0) return { kind: 'unknown' }
    const methods = new Set<string>(fitting.map(({ route }) => route.method))
    if (methods.has('GET')) methods.add('HEAD')
    return { kind: 'other_methods', allow: [...methods, 'OPTIONS'].sort() }
  }
}

function paramsOf(pattern: Pattern, segments: readonly string[]): Record<string, string> {
  const entries = pattern.parts.flatMap((part, i) =>
    'param' in part ? [[part.param, segments[i] ?? '']] : [],
  )
  return Object.fromEntries(entries)
}
