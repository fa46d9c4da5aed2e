/** Owns whether a name fits the patterns that people write in routes and silences. Pure. */

/** Whether one of the patterns fits; no pattern takes everything, also what is not there. */
export function takes(patterns: readonly string[], text: string | null): boolean {
  if (patterns.length === 0) return true
  return text !== null && patterns.some((pattern) => fits(pattern, text))
}

/** `*` stands for any run of characters. Linear: no pattern can make this slow. */
function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('*')
  const [first = ''] = parts
  if (parts.length === 1) return pattern === text
  const last = parts.at(-1) ?? ''
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > text.length - last.length) return false
    at = found + part.length
  }
  return true
}
