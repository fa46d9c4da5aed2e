/** Owns how fields of a record are called in expressions, and by which keys they are kept. */
import type { ExpressionType } from '@/lib/domain/custom-metric'

/** Fields that every record may have, with their types; the prediction's type is the model's own. */
export const RECORD_FIELDS: Readonly<Record<string, ExpressionType | null>> = {
  prediction: null,
  score: 'number',
  latency: 'number',
  status: 'number',
  error: 'boolean',
  memory: 'number',
  load: 'number',
}

/** What may stand before a dot, and the beginning of the key. */
const SPACES: Readonly<Record<string, string>> = {
  event: 'event:',
  events: 'event:',
  scores: 'scores:',
  tag: 'tag:',
  tags: 'tag:',
}

/**
 * Keys that a name may stand for, the first known one counts.
 * @param isQuoted names in double quotes are always inputs
 */
export function candidateKeys(path: readonly string[], isQuoted: boolean): string[] {
  const [first = '', ...rest] = path
  const whole = path.join('.')
  if (isQuoted) return [`input:${whole}`]
  if (rest.length === 0)
    return Object.hasOwn(RECORD_FIELDS, first) ? [`record:${first}`, `input:${first}`] : [`input:${first}`]
  if (first === 'input') return [`input:${rest.join('.')}`, `input:${whole}`]
  const space = Object.hasOwn(SPACES, first) ? SPACES[first] : undefined
  return space === undefined ? [`input:${whole}`] : [`${space}${rest.join('.')}`, `input:${whole}`]
}

const PLAIN = /^[\p{L}_][\p{L}\p{N}_]*$/u
const RESERVED = /^(?:and|or|not|in|between|where|true|false)$/i

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** How a key is written in an expression. */
export function nameOfKey(key: string): string {
  const colon = key.indexOf(':')
  const [space, name] = [key.slice(0, colon), key.slice(colon + 1)]
  const isPlain = PLAIN.test(name) && !RESERVED.test(name)
  if (space === 'record') return name
  if (space !== 'input') return `${space}.${isPlain ? name : quoted(name)}`
  return isPlain && !Object.hasOwn(RECORD_FIELDS, name) ? name : quoted(name)
}
