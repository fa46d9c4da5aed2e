/** Owns cutting an expression into tokens; knows no grammar. */
import { MAX_EXPRESSION } from '@/lib/domain/custom-metric'
import { ExpressionError } from '@/lib/expression/expression-error'

export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'quoted' | 'sign' | 'end'
  /** The value of a text or quoted name; else as it was written, names of words in their own case. */
  readonly text: string
  readonly at: number
  readonly end: number
}

const SIGNS = ['<=', '>=', '!=', '<>', '==', '<', '>', '=', '+', '-', '*', '/', '%', '(', ')', ',', '.']
const BLANK = /\s/
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy

/** The tokens, with one `end` behind them. @throws ExpressionError */
export function readTokens(source: string): Token[] {
  if (source.length > MAX_EXPRESSION) {
    throw new ExpressionError(
      MAX_EXPRESSION,
      source.length,
      `An expression has at most ${MAX_EXPRESSION} characters, this one has ${source.length}.`,
    )
  }
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const letter = source.charAt(at)
    if (BLANK.test(letter)) {
      at++
      continue
    }
    const token = readToken(source, at, letter)
    tokens.push(token)
    at = token.end
  }
  tokens.push({ kind: 'end', text: '', at: source.length, end: source.length })
  return tokens
}

function readToken(source: string, at: number, letter: string): Token {
  if (letter === "'") return readQuoted(source, at, 'text')
  if (letter === '"') return readQuoted(source, at, 'quoted')
  const number = match(NUMBER, source, at)
  if (number !== null) return readNumber(source, at, number)
  const name = match(NAME, source, at)
  if (name !== null) return { kind: 'name', text: name, at, end: at + name.length }
  const sign = SIGNS.find((candidate) => source.startsWith(candidate, at))
  if (sign !== undefined) return { kind: 'sign', text: sign, at, end: at + sign.length }
  const shown = String.fromCodePoint(source.codePointAt(at) ?? 0)
  throw new ExpressionError(at, at + shown.length, `There is no meaning to ${JSON.stringify(shown)} here.`)
}

function match(pattern: RegExp, source: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0] ?? null
}

function readNumber(source: string, at: number, text: string): Token {
  const end = at + text.length
  if (!Number.isFinite(Number(text))) throw new ExpressionError(at, end, `${text} is too large for a number.`)
  const behind = match(NAME, source, end)
  if (behind !== null)
    throw new ExpressionError(at, end + behind.length, `${text}${behind} is neither a number nor a name.`)
  return { kind: 'number', text, at, end }
}

/** A doubled quote stands for one. */
function readQuoted(source: string, at: number, kind: 'text' | 'quoted'): Token {
  const quote = source.charAt(at)
  let value = ''
  for (let i = at + 1; i < source.length; i++) {
    const letter = source.charAt(i)
    if (letter !== quote) value += letter
    else if (source.charAt(i + 1) === quote) {
      value += quote
      i++
    } else return { kind, text: value, at, end: i + 1 }
  }
  const what = kind === 'text' ? 'This text' : 'This name'
  throw new ExpressionError(at, source.length, `${what} begins with ${quote} and does not end.`)
}
