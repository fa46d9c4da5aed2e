/** Owns Elasticsearch's `filter_path`: which parts of an answer a client wants to see. */

type Json = unknown

/**
 * The parts of `value` that the patterns name: names joined with dots, `*` for any characters of one name, `**` for any
 * way down; a leading minus leaves a part out. Lists are passed through. Too many or too cunning patterns: all of it.
 */
export function filterPath(value: Json, patterns: string): Json {
  const all = patterns
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '')
  if (all.length > MAX_PATTERNS || all.some((pattern) => pattern.split('**').length > 2)) return value
  const wanted = all.filter((pattern) => !pattern.startsWith('-')).map(partsOf)
  const unwanted = all
    .filter((pattern) => pattern.startsWith('-'))
    .map((pattern) => partsOf(pattern.slice(1)))
  const kept = wanted.length === 0 ? value : (keep(value, wanted) ?? {})
  return unwanted.length === 0 ? kept : leaveOut(kept, unwanted)
}

const MAX_PATTERNS = 10
const MAX_PARTS = 20

const partsOf = (pattern: string): readonly string[] => pattern.split('.').slice(0, MAX_PARTS)

/** What is left of patterns once they have taken the name `key`. */
function step(patterns: readonly (readonly string[])[], key: string): (readonly string[])[] {
  return patterns.flatMap((parts) => {
    const [first = '', ...rest] = parts
    if (first === '**') return [parts, ...step([rest], key)]
    return isLike(first, key) ? [rest] : []
  })
}

const isDone = (parts: readonly string[]) => parts.length === 0 || (parts.length === 1 && parts[0] === '**')

function isLike(pattern: string, key: string): boolean {
  if (!pattern.includes('*')) return pattern === key
  const [head = '', ...rest] = pattern.split('*')
  if (!key.startsWith(head)) return false
  let at = head.length
  for (const [i, part] of rest.entries()) {
    if (i === rest.length - 1) return key.length - part.length >= at && key.endsWith(part)
    const found = key.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return true
}

function keep(value: Json, patterns: readonly (readonly string[])[]): Json | undefined {
  if (patterns.some(isDone)) return value
  if (typeof value !== 'object' || value === null || patterns.length === 0) return undefined
  if (Array.isArray(value)) {
    const items = value.map((item) => keep(item, patterns)).filter((item) => item !== undefined)
    return items.length > 0 ? items : undefined
  }
  const entries = Object.entries(value)
    .map(([key, item]): [string, Json] => [key, keep(item, step(patterns, key))])
    .filter(([, item]) => item !== undefined)
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

function leaveOut(value: Json, patterns: readonly (readonly string[])[]): Json {
  if (typeof value !== 'object' || value === null || patterns.length === 0) return value
  if (Array.isArray(value)) return value.map((item) => leaveOut(item, patterns))
  const entries = Object.entries(value)
    .map(([key, item]) => ({ key, item, left: step(patterns, key) }))
    .filter(({ left }) => !left.some(isDone))
    .map(({ key, item, left }): [string, Json] => [key, leaveOut(item, left)])
  return Object.fromEntries(entries)
}
