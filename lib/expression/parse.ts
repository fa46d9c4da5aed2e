/** Owns the grammar: tokens to a tree, by recursive descent. Knows no columns and no types. */
import { AGGREGATES, type Aggregate } from '@/lib/domain/custom-metric'
import { ExpressionError } from '@/lib/expression/expression-error'
import { sayMeant } from '@/lib/expression/suggest-name'
import { readTokens, type Token } from '@/lib/expression/tokens'
import type { BinarySign, MetricTree, Tree } from '@/lib/expression/tree'

/** Brackets, functions and signs may stand inside one another so deep. */
const MAX_DEPTH = 40

/** Words that are no names. */
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'between', 'where', 'true', 'false'])

const COMPARISONS: Readonly<Record<string, BinarySign>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

/** A whole metric: an aggregate of an expression. @throws ExpressionError */
export function parseMetric(source: string): MetricTree {
  return new Parser(readTokens(source)).metric()
}

class Parser {
  private place = 0
  private depth = 0

  constructor(private readonly tokens: readonly Token[]) {}

  metric(): MetricTree {
    const first = this.next()
    const aggregate = asAggregate(first)
    this.expect('(')
    const isBare = this.isSign(')') || this.isWord('where')
    if (isBare && aggregate !== 'count') {
      throw new ExpressionError(
        this.peek().at,
        this.peek().end,
        `${aggregate} needs something to take it of, such as ${EXAMPLES[aggregate]}.`,
      )
    }
    const of = isBare ? null : this.expression()
    const where = this.takeWord('where') ? this.expression() : null
    this.expect(')')
    const rest = this.peek()
    if (rest.kind !== 'end') {
      const message = this.isWord('where')
        ? `"where" stands inside the brackets: ${aggregate}(… where …).`
        : 'A metric is one aggregate of one expression: nothing may follow its last bracket.'
      throw new ExpressionError(rest.at, rest.end, message)
    }
    return { aggregate, at: first.at, end: first.end, of, where }
  }

  private expression(): Tree {
    if (++this.depth > MAX_DEPTH) {
      const { at, end } = this.peek()
      throw new ExpressionError(at, end, `Brackets and functions stand more than ${MAX_DEPTH} deep here.`)
    }
    const tree = this.disjunction()
    this.depth--
    return tree
  }

  private disjunction(): Tree {
    let left = this.conjunction()
    while (this.takeWord('or')) left = join('or', left, this.conjunction())
    return left
  }

  private conjunction(): Tree {
    let left = this.negation()
    while (this.takeWord('and')) left = join('and', left, this.negation())
    return left
  }

  private negation(): Tree {
    const { at } = this.peek()
    if (!this.takeWord('not')) return this.comparison()
    const of = this.deeper(() => this.negation())
    return { kind: 'unary', sign: 'not', of, at, end: of.end }
  }

  private comparison(): Tree {
    const left = this.sum()
    const sign = this.peek().kind === 'sign' ? COMPARISONS[this.peek().text] : undefined
    if (sign !== undefined) {
      this.next()
      const compared = join(sign, left, this.sum())
      const again = this.peek()
      if (again.kind === 'sign' && COMPARISONS[again.text] !== undefined) {
        throw new ExpressionError(
          again.at,
          again.end,
          'Comparisons do not chain: write "a < b and b < c", or "b between a and c".',
        )
      }
      return compared
    }
    const isNot = this.isWord('not')
    if (isNot) this.next()
    const { at, end } = this.peek()
    const tree = this.takeWord('between')
      ? this.between(left)
      : this.takeWord('in')
        ? this.within(left)
        : null
    if (tree === null) {
      if (isNot)
        throw new ExpressionError(at, Math.max(end, at + 1), '"not" here asks for "in" or "between".')
      return left
    }
    return isNot ? { kind: 'unary', sign: 'not', of: tree, at: tree.at, end: tree.end } : tree
  }

  private between(left: Tree): Tree {
    const low = this.sum()
    if (!this.takeWord('and')) {
      const { at, end } = this.peek()
      throw new ExpressionError(at, end, '"between" asks for two ends: between 1 and 10.')
    }
    const high = this.sum()
    return { kind: 'between', of: left, low, high, at: left.at, end: high.end }
  }

  private within(left: Tree): Tree {
    this.expect('(')
    const list = this.list(')')
    const end = this.expect(')').end
    if (list.length === 0) throw new ExpressionError(left.at, end, '"in" asks for a list that is not empty.')
    return { kind: 'in', of: left, list, at: left.at, end }
  }

  private sum(): Tree {
    let left = this.product()
    while (this.isSign('+') || this.isSign('-')) {
      const sign = this.next().text as '+' | '-'
      left = join(sign, left, this.product())
    }
    return left
  }

  private product(): Tree {
    let left = this.factor()
    while (this.isSign('*') || this.isSign('/') || this.isSign('%')) {
      const sign = this.next().text as '*' | '/' | '%'
      left = join(sign, left, this.factor())
    }
    return left
  }

  private factor(): Tree {
    const { at } = this.peek()
    if (!this.isSign('-')) return this.primary()
    this.next()
    const of = this.deeper(() => this.factor())
    return { kind: 'unary', sign: '-', of, at, end: of.end }
  }

  private primary(): Tree {
    const token = this.next()
    const { at, end } = token
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text), at, end }
    if (token.kind === 'text') return { kind: 'literal', value: token.text, at, end }
    if (token.kind === 'quoted') return { kind: 'name', path: [token.text], isQuoted: true, at, end }
    if (token.kind === 'sign' && token.text === '(') {
      const inner = this.expression()
      this.expect(')')
      return inner
    }
    if (token.kind !== 'name') throw unexpected(token, 'a column, a number, a text or a function')
    const word = token.text.toLowerCase()
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true', at, end }
    if (WORDS.has(word)) throw unexpected(token, 'a column, a number, a text or a function')
    return this.isSign('(') ? this.call(token) : this.name(token)
  }

  private call({ text, at }: Token): Tree {
    this.expect('(')
    const args = this.list(')')
    const { end } = this.expect(')')
    return { kind: 'call', name: text.toLowerCase(), args, at, end }
  }

  private name(first: Token): Tree {
    const path = [first.text]
    let { end } = first
    while (this.isSign('.')) {
      this.next()
      const part = this.next()
      if (part.kind !== 'name' && part.kind !== 'quoted') throw unexpected(part, 'a name behind the dot')
      path.push(part.text)
      end = part.end
    }
    return { kind: 'name', path, isQuoted: false, at: first.at, end }
  }

  private list(close: string): Tree[] {
    const items: Tree[] = []
    if (this.isSign(close)) return items
    do items.push(this.expression())
    while (this.takeSign(','))
    return items
  }

  /** The same bound for what goes down without brackets. */
  private deeper(parse: () => Tree): Tree {
    if (++this.depth > MAX_DEPTH) {
      const { at, end } = this.peek()
      throw new ExpressionError(at, end, `Signs stand more than ${MAX_DEPTH} deep here.`)
    }
    const tree = parse()
    this.depth--
    return tree
  }

  private peek(): Token {
    return this.tokens[this.place] ?? { kind: 'end', text: '', at: 0, end: 0 }
  }

  private next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.place++
    return token
  }

  private isSign(text: string): boolean {
    return this.peek().kind === 'sign' && this.peek().text === text
  }

  private isWord(word: string): boolean {
    return this.peek().kind === 'name' && this.peek().text.toLowerCase() === word
  }

  private takeSign(text: string): boolean {
    const isThere = this.isSign(text)
    if (isThere) this.place++
    return isThere
  }

  private takeWord(word: string): boolean {
    const isThere = this.isWord(word)
    if (isThere) this.place++
    return isThere
  }

  private expect(sign: string): Token {
    if (!this.isSign(sign)) throw unexpected(this.peek(), `"${sign}"`)
    return this.next()
  }
}

const EXAMPLES: Readonly<Record<Aggregate, string>> = {
  mean: 'mean(latency)',
  share: 'share(latency > 500)',
  sum: 'sum(latency)',
  count: 'count()',
  min: 'min(latency)',
  max: 'max(latency)',
  p50: 'p50(latency)',
  p90: 'p90(latency)',
  p95: 'p95(latency)',
  p99: 'p99(latency)',
}

function asAggregate(token: Token): Aggregate {
  const word = token.kind === 'name' ? token.text.toLowerCase() : ''
  const known = AGGREGATES.find((aggregate) => aggregate === word)
  if (known) return known
  const meant = token.kind === 'name' ? sayMeant(word, AGGREGATES) : ''
  throw new ExpressionError(
    token.at,
    Math.max(token.end, token.at + 1),
    `A metric begins with ${AGGREGATES.slice(0, -1).join(', ')} or ${AGGREGATES.at(-1)}, such as share(prediction = 1).${meant}`,
  )
}

function join(sign: BinarySign, left: Tree, right: Tree): Tree {
  return { kind: 'binary', sign, left, right, at: left.at, end: right.end }
}

function unexpected(token: Token, wanted: string): ExpressionError {
  const found =
    token.kind === 'end'
      ? 'the expression ends'
      : `there is ${JSON.stringify(token.kind === 'text' ? `'${token.text}'` : token.text)}`
  return new ExpressionError(
    token.at,
    Math.max(token.end, token.at + 1),
    `Here ${wanted} is expected, but ${found}.`,
  )
}
