import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExpressionType } from '@/lib/domain/custom-metric'
import type { Scalar } from '@/lib/domain/record'
import { compileMetric, emptyOutcome, type Outcome } from '@/lib/expression/compile-metric'
import { ExpressionError } from '@/lib/expression/expression-error'

const KNOWN: ReadonlyMap<string, ExpressionType> = new Map<string, ExpressionType>([
  ['input:amount', 'number'],
  ['input:income', 'number'],
  ['input:country', 'text'],
  ['input:is_new', 'boolean'],
  ['input:weird "name"', 'number'],
  ['input:user.age', 'number'],
  ['input:__proto__', 'number'],
  ['input:event.click', 'number'],
  ['record:prediction', 'text'],
  ['record:score', 'number'],
  ['record:latency', 'number'],
  ['record:status', 'number'],
  ['record:error', 'boolean'],
  ['scores:fraud', 'number'],
  ['tag:region', 'text'],
  ['event:click', 'boolean'],
  ['event:copy link', 'boolean'],
])

const RECORD: Readonly<Record<string, Scalar | undefined>> = {
  'input:amount': 20,
  'input:income': null,
  'input:country': 'DE',
  'input:is_new': 'yes',
  'input:weird "name"': 7,
  'input:user.age': 31,
  'input:__proto__': 5,
  'input:event.click': 9,
  'record:prediction': 'no',
  'record:score': 0.25,
  'record:latency': 480,
  'record:status': 200,
  'record:error': false,
  'scores:fraud': 0.75,
  'tag:region': 'EU',
  'event:click': true,
  'event:copy link': false,
}

function outcomeOf(source: string, record = RECORD): Outcome {
  const metric = compileMetric(source, KNOWN)
  const outcome = emptyOutcome()
  metric.evaluate(
    metric.keys.map((key) => record[key]),
    outcome,
  )
  return { ...outcome }
}

function resultOf(source: string, record = RECORD): number | string {
  const { kind, value, reason } = outcomeOf(source, record)
  return kind === 'value' ? value : kind === 'missing' ? `missing: ${reason}` : kind
}

describe('what an expression gives', () => {
  const named: readonly (readonly [string, string, number | string])[] = [
    ['a number', 'mean(amount)', 20],
    ['products before sums', 'sum(1 + amount * 2 - 6 / 3)', 39],
    ['brackets first', 'sum((1 + amount) * 2)', 42],
    ['a minus twice', 'sum(- - amount)', 20],
    ['what is left of a division', 'sum(amount % 6)', 2],
    ['a name in double quotes, with quotes of its own', 'mean("weird ""name""")', 7],
    ['a name with dots', 'mean(user.age)', 31],
    ['a name that objects inherit', 'mean(__proto__)', 5],
    ['an event', 'share(event.click)', 1],
    ['an event with blanks in its name', 'share(event."copy link")', 0],
    ['a column that looks like an event, in quotes', 'mean("event.click")', 9],
    ['a column behind its space', 'mean(input.amount)', 20],
    ['the score of a class', 'mean(scores.fraud)', 0.75],
    ['a tag', "share(tag.region = 'EU')", 1],
    ['text compared', "share(country = 'DE')", 1],
    ['a list', "share(country in ('FR', 'DE'))", 1],
    ['not in a list', "share(country not in ('FR', 'DE'))", 0],
    ['negative numbers in a list', 'share(amount in (-1, 20))', 1],
    ['both ends', 'share(amount between 20 and 30)', 1],
    ['not between', 'share(amount not between 0 and 19)', 1],
    ['words that mean yes', 'share(is_new)', 1],
    ['a choice', "mean(if(country = 'DE', 1, 2))", 1],
    ['functions', "sum(abs(-2) + min(3, 4) + max(5, 6, 7) + round(2.5) + length('abc'))", 18],
    ['digits', 'mean(round(latency / 7, 2))', 68.57],
    ['half away from zero', 'mean(round(-2.5))', -3],
    ['lower case and parts of text', "share(contains(lower(country), 'de'))", 1],
    ['the logarithm', 'mean(log(1))', 0],
    ['all records', 'count()', 1],
    ['records that meet a condition', 'count(where amount > 10)', 1],
    ['records for which something holds', 'count(amount > 100)', 'outside'],
    ['a condition that is not met', 'mean(amount where status = 500)', 'outside'],
    ['a condition that cannot be told', 'mean(amount where income > 1)', 'undecided'],
    ['absent', 'mean(income)', 'missing: absent'],
    ['absent in a sum', 'mean(income + 1)', 'missing: absent'],
    ['a comparison with missing', 'share(income > 1)', 'missing: absent'],
    ['not of missing', 'share(not income > 1)', 'missing: absent'],
    ['false and missing', 'share(amount < 0 and income > 1)', 0],
    ['missing and false', 'share(income > 1 and amount < 0)', 0],
    ['true or missing', 'share(amount > 0 or income > 1)', 1],
    ['true and missing', 'share(amount > 0 and income > 1)', 'missing: absent'],
    ['missing in a list', 'share(income in (1, 2))', 'missing: absent'],
    ['coalesce', 'mean(coalesce(income, 0))', 0],
    ['is_missing', 'share(is_missing(income))', 1],
    ['a choice by missing', 'mean(if(income > 1, 1, 2))', 'missing: absent'],
    ['a division by zero', 'mean(amount / 0)', 'missing: no_result'],
    ['the rest of a division by zero', 'mean(amount % 0)', 'missing: no_result'],
    ['the logarithm of nothing', 'mean(log(amount - 20))', 'missing: no_result'],
    ['beyond the largest number', 'mean(1e308 * 10)', 'missing: no_result'],
    ['words in capitals', 'SHARE(NOT amount < 0 AND TRUE WHERE status <> 500)', 1],
  ]
  for (const [name, source, expected] of named) it(name, () => expect(resultOf(source)).toBe(expected))

  it('says that a field holds another type', () => {
    expect(resultOf('mean(amount)', { ...RECORD, 'input:amount': 'abc' })).toBe('missing: wrong_type')
    expect(resultOf('share(is_new)', { ...RECORD, 'input:is_new': 'perhaps' })).toBe('missing: wrong_type')
    expect(resultOf('mean(coalesce(amount, 3))', { ...RECORD, 'input:amount': 'abc' })).toBe(3)
  })
  it('takes empty text for missing, as summaries do', () => {
    expect(resultOf("share(country = '')", { ...RECORD, 'input:country': '' })).toBe('missing: absent')
  })
  it('reads each field once, under one key', () => {
    expect(compileMetric('mean(amount + amount where amount > 0)', KNOWN).keys).toEqual(['input:amount'])
  })
})

describe('what is wrong with an expression', () => {
  const named: readonly (readonly [string, string, number, RegExp])[] = [
    ['nothing', '', 0, /^A metric begins with mean, share, sum/],
    ['no aggregate', 'amount', 0, /^A metric begins with/],
    ['an aggregate misspelt', 'maen(amount)', 0, /Did you mean "mean"\?/],
    ['no brackets', 'mean amount', 5, /^Here "\(" is expected, but there is "amount"/],
    ['nothing in them', 'mean()', 5, /mean needs something to take it of, such as mean\(latency\)/],
    ['a bracket too few', 'mean((amount)', 13, /"\)" is expected, but the expression ends/],
    ['a bracket too many', 'mean(amount))', 12, /nothing may follow/],
    ['a condition outside', 'mean(amount) where amount > 1', 13, /stands inside the brackets/],
    ['a column misspelt', 'mean(amonut)', 5, /^Nothing is called amonut here\. Did you mean "amount"\?/],
    ['text in double quotes', 'share(country = "Mars")', 16, /text stands in single ones: 'Mars'/],
    ['an unknown event', 'share(event.clik)', 6, /Did you mean "event\.click"\?/],
    [
      'an unknown function',
      'mean(absolute(amount))',
      5,
      /There is no function absolute.*aggregates stand at the beginning only/,
    ],
    ['an aggregate inside', 'mean(sum(amount))', 5, /There is no function sum/],
    ['too few arguments', 'mean(if(is_new, 1))', 5, /It is written if\(condition, then, else\)/],
    ['text in a sum', 'mean(country + 1)', 5, /"\+" takes a number, and country is text/],
    ['number beside text', "share(amount = '20')", 15, /Write 20\./],
    ['text beside number', 'share(prediction = 1)', 19, /prediction is text, and 1 is a number.*Write '1'\./],
    ['kinds mixed in a list', "share(country in ('DE', 3))", 24, /they cannot stand side by side/],
    ['a column in a list', 'share(amount in (income))', 17, /A list holds texts, numbers/],
    ['an empty list', 'share(amount in ())', 6, /a list that is not empty/],
    ['kinds mixed in a choice', "mean(if(is_new, 1, 'a'))", 19, /side by side/],
    ['booleans by size', 'share(is_new > error)', 6, /none is larger/],
    ['a share of numbers', 'share(amount)', 6, /share takes yes or no.*Compare it with something/],
    ['a mean of booleans', 'mean(is_new)', 5, /Take the share of it/],
    ['a count of numbers', 'count(amount)', 6, /count\(where not is_missing/],
    ['a condition that is none', 'mean(amount where income)', 18, /Behind "where" stands a condition/],
    ['comparisons in a chain', 'share(1 < amount < 3)', 17, /Comparisons do not chain/],
    ['half a between', 'share(amount between 1)', 22, /asks for two ends/],
    ['not before nothing', 'share(amount not 3)', 17, /"not" here asks for/],
    ['a strange sign', 'mean(amount; 1)', 11, /There is no meaning to ";"/],
    ['text without an end', "share(country = 'DE)", 16, /begins with ' and does not end/],
    ['a number that is a name', 'mean(12abc)', 5, /neither a number nor a name/],
    ['a number too large', 'mean(1e999)', 5, /too large/],
    ['a word as a name', 'mean(and)', 5, /a column, a number, a text or a function is expected/],
    ['the largest of events', 'max(if(event.click, amount, 0))', 0, /Events come after their record/],
    ['brackets without end', `mean(${'('.repeat(60)}1`, 45, /more than 40 deep/],
    ['minus without end', `mean(${'-'.repeat(60)}1)`, 45, /more than 40 deep/],
    ['too long', `mean(${'1+'.repeat(300)}1)`, 500, /at most 500 characters, this one has 607/],
  ]
  for (const [name, source, at, message] of named) {
    it(name, () => {
      const error = errorOf(source)
      expect(error.message).toMatch(message)
      expect(error.at).toBe(at)
      expect(error.end).toBeGreaterThan(error.at - 1)
    })
  }
})

function errorOf(source: string): ExpressionError {
  try {
    compileMetric(source, KNOWN)
  } catch (error) {
    if (error instanceof ExpressionError) return error
    throw error
  }
  throw new Error(`no error in ${source}`)
}

/** Arithmetic as a tree of its own, with an interpreter that shares no line with the one under test. */
type Sum =
  | number
  | 'x'
  | 'y'
  | readonly [Sum, '+' | '-' | '*' | '/' | '%', Sum]
  | readonly ['neg' | 'abs', Sum]

function write(sum: Sum): string {
  if (typeof sum === 'number') return sum < 0 ? `(${sum})` : String(sum)
  if (sum === 'x') return 'amount'
  if (sum === 'y') return '"weird ""name"""'
  if (sum.length === 2) return sum[0] === 'neg' ? `-(${write(sum[1])})` : `abs(${write(sum[1])})`
  return `(${write(sum[0])} ${sum[1]} ${write(sum[2])})`
}

/** null: missing, which anything inside makes of the whole. */
function interpret(sum: Sum, x: number | null, y: number | null): number | null {
  if (typeof sum === 'number') return sum
  if (sum === 'x') return x
  if (sum === 'y') return y
  if (sum.length === 2) {
    const of = interpret(sum[1], x, y)
    return of === null ? null : sum[0] === 'neg' ? 0 - of : of < 0 ? 0 - of : of
  }
  const a = interpret(sum[0], x, y)
  const b = interpret(sum[2], x, y)
  if (a === null || b === null) return null
  let value: number
  if (sum[1] === '+') value = a + b
  else if (sum[1] === '-') value = a - b
  else if (sum[1] === '*') value = a * b
  else if (b === 0) return null
  else value = sum[1] === '/' ? a / b : a % b
  return Math.abs(value) <= Number.MAX_VALUE ? value : null
}

const leaf = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0.5, 1e-7, 1e200, 3.25),
  fc.constantFrom('x' as const, 'y' as const),
)
const sums = fc.letrec<{ sum: Sum }>((tie) => ({
  sum: fc.oneof(
    { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.tuple(tie('sum'), fc.constantFrom('+', '-', '*', '/', '%'), tie('sum')) as fc.Arbitrary<Sum>,
    fc.tuple(fc.constantFrom('neg', 'abs'), tie('sum')) as fc.Arbitrary<Sum>,
  ),
})).sum
const values = fc.oneof(fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer())

describe('any expression', () => {
  it('computes as an interpreter written apart from it does', () => {
    fc.assert(
      fc.property(sums, values, values, (sum, x, y) => {
        const source = `sum(${write(sum)})`
        fc.pre(source.length <= 500)
        const record = { ...RECORD, 'input:amount': x, 'input:weird "name"': y }
        const { kind, value } = outcomeOf(source, record)
        const expected = interpret(sum, x, y)
        expect(kind === 'value' ? value + 0 : null).toBe(expected === null ? null : expected + 0)
      }),
      { numRuns: 500 },
    )
  })

  it('is refused in words, or runs on any content without throwing', () => {
    const piece = fc.constantFrom(
      ...'mean share sum count p95 ( ( ) ) , . + - * / % = != < <= > between and or not in where if coalesce is_missing'.split(
        ' ',
      ),
      ...'abs min max log round length lower contains true false'.split(' '),
      ...[
        'amount',
        'country',
        'is_new',
        'event.click',
        'scores.fraud',
        '"weird ""name"""',
        "'text'",
        '12',
        '1e3',
        '🌊',
        '"',
      ],
    )
    const content = fc.oneof(
      fc.constantFrom<Scalar | undefined>(undefined, null, '', 'yes', 'DE', true, false, 0, -0, 1e308, -5.5),
      fc.string(),
    )
    const typed = fc.oneof(
      sums.map((sum) => `mean(${write(sum)})`),
      sums.map((sum) => `share(${write(sum)} between amount and 3 or is_new)`),
    )
    const anything = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' ')),
      fc.string({ maxLength: 600 }),
      typed,
    )
    fc.assert(
      fc.property(anything, fc.array(content, { minLength: 8, maxLength: 8 }), (source, contents) => {
        try {
          const metric = compileMetric(source, KNOWN)
          const outcome = emptyOutcome()
          metric.evaluate(contents, outcome)
          expect(Number.isFinite(outcome.value)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('takes no longer than its length allows, however it is nested', () => {
    let nested = 'amount'
    while (nested.length < 460) nested = `if(${nested} between 0 and 9,1,0)`
    const started = process.cpuUsage()
    for (let i = 0; i < 1_000; i++) outcomeOf(`mean(${nested})`)
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000)
  })
})
