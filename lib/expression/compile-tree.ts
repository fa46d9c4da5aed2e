/** Owns the types of an expression and turning it into functions that run. Knows no aggregates and no storage. */
import type { ExpressionType } from '@/lib/domain/custom-metric'
import { ExpressionError } from '@/lib/expression/expression-error'
import { nameOfKey } from '@/lib/expression/field-names'
import { FUNCTIONS, type Part } from '@/lib/expression/functions'
import { calculate, compare, conjoin } from '@/lib/expression/operators'
import { sayMeant } from '@/lib/expression/suggest-name'
import type { Tree } from '@/lib/expression/tree'
import type { Run } from '@/lib/expression/value'

/** The field that a name stands for; throws an ExpressionError for one that is unknown. */
export type ResolveName = (name: Extract<Tree, { kind: 'name' }>) => Part

/** How types are called, with their article. */
const CALLED: Readonly<Record<ExpressionType, string>> = {
  number: 'a number',
  text: 'text',
  boolean: 'yes or no (a boolean)',
}

export const sayType = (type: ExpressionType): string => CALLED[type]

/** @throws ExpressionError where types do not fit, or a name or function is unknown */
export function compileTree(tree: Tree, resolve: ResolveName): Part {
  const compile = (part: Tree) => compileTree(part, resolve)
  switch (tree.kind) {
    case 'literal': {
      const { value } = tree
      const type = typeof value === 'number' ? 'number' : typeof value === 'string' ? 'text' : 'boolean'
      return { type, run: () => value }
    }
    case 'name':
      return resolve(tree)
    case 'unary': {
      const of = compile(tree.of)
      if (tree.sign === 'not') {
        demand(of, 'boolean', tree.of, '"not"')
        return { type: 'boolean', run: negate(of.run) }
      }
      demand(of, 'number', tree.of, '"-"')
      return { type: 'number', run: calculate('-', () => 0, of.run) }
    }
    case 'binary':
      return compileBinary(tree, compile(tree.left), compile(tree.right))
    case 'between': {
      const [of, low, high] = [compile(tree.of), compile(tree.low), compile(tree.high)]
      demand(of, 'number', tree.of, '"between"')
      demand(low, 'number', tree.low, '"between"')
      demand(high, 'number', tree.high, '"between"')
      // Read once, or expressions inside one another would take ages.
      const run: Run = (row) => {
        const value = of.run(row)
        return value === null
          ? null
          : conjoin(
              compare('>=', () => value, low.run),
              compare('<=', () => value, high.run),
              false,
            )(row)
      }
      return { type: 'boolean', run }
    }
    case 'in':
      return compileIn(tree, compile(tree.of), tree.list.map(compile))
    case 'call':
      return compileCall(tree, compile)
  }
}

function compileBinary(tree: Extract<Tree, { kind: 'binary' }>, left: Part, right: Part): Part {
  const { sign } = tree
  switch (sign) {
    case 'and':
    case 'or':
      demand(left, 'boolean', tree.left, `"${sign}"`)
      demand(right, 'boolean', tree.right, `"${sign}"`)
      return { type: 'boolean', run: conjoin(left.run, right.run, sign === 'or') }
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      demand(left, 'number', tree.left, `"${sign}"`)
      demand(right, 'number', tree.right, `"${sign}"`)
      return { type: 'number', run: calculate(sign, left.run, right.run) }
    default: {
      demandAlike(left, tree.left, right, tree.right)
      if (left.type === 'boolean' && sign !== '=' && sign !== '!=')
        throw new ExpressionError(tree.at, tree.end, 'Of two booleans none is larger: use = or !=.')
      return { type: 'boolean', run: compare(sign, left.run, right.run) }
    }
  }
}

function compileIn(tree: Extract<Tree, { kind: 'in' }>, of: Part, list: readonly Part[]): Part {
  const values = tree.list.map((item, i) => {
    const part = list[i]
    const literal = literalOf(item)
    if (!part || literal === undefined)
      throw new ExpressionError(item.at, item.end, 'A list holds texts, numbers, true and false only.')
    demandAlike(of, tree.of, part, item)
    return literal
  })
  const known = new Set<unknown>(values)
  const { run } = of
  return {
    type: 'boolean',
    run: (row) => {
      const value = run(row)
      return value === null ? null : known.has(value)
    },
  }
}

/** Also of a number behind a minus; undefined for what is no literal. */
function literalOf(tree: Tree): number | string | boolean | undefined {
  if (tree.kind === 'literal') return tree.value
  if (tree.kind !== 'unary' || tree.sign !== '-' || tree.of.kind !== 'literal') return undefined
  return typeof tree.of.value === 'number' ? 0 - tree.of.value : undefined
}

function compileCall(tree: Extract<Tree, { kind: 'call' }>, compile: (part: Tree) => Part): Part {
  const entry = Object.hasOwn(FUNCTIONS, tree.name) ? FUNCTIONS[tree.name] : undefined
  if (!entry) {
    const meant = sayMeant(tree.name, Object.keys(FUNCTIONS))
    throw new ExpressionError(
      tree.at,
      tree.at + tree.name.length,
      `There is no function ${tree.name}.${meant}${meant === '' ? ` There are ${Object.keys(FUNCTIONS).join(', ')}; aggregates stand at the beginning only.` : ''}`,
    )
  }
  const { args } = tree
  if (args.length < entry.least || args.length > entry.most)
    throw new ExpressionError(tree.at, tree.end, `It is written ${entry.usage}.`)
  const parts = args.map(compile)
  let same: { part: Part; tree: Tree } | null = null
  for (const [i, part] of parts.entries()) {
    const taken = entry.takes[Math.min(i, entry.takes.length - 1)]
    const arg = args[i]
    if (arg === undefined || taken === undefined || taken === 'any') continue
    if (taken !== 'same') demand(part, taken, arg, tree.name)
    else if (same) demandAlike(same.part, same.tree, part, arg)
    else same = { part, tree: arg }
  }
  const type = entry.gives === 'same' ? (same?.part.type ?? 'number') : entry.gives
  return { type, run: entry.make(parts.map(({ run }) => run)) }
}

function negate(of: Run): Run {
  return (row) => {
    const value = of(row)
    return typeof value === 'boolean' ? !value : null
  }
}

/** What a tree is called in a sentence. */
export function sayTree(tree: Tree, keyOf?: string): string {
  if (keyOf !== undefined) return nameOfKey(keyOf)
  if (tree.kind === 'name') return tree.isQuoted ? JSON.stringify(tree.path.join('.')) : tree.path.join('.')
  if (tree.kind === 'literal') return typeof tree.value === 'string' ? `'${tree.value}'` : String(tree.value)
  return tree.kind === 'call' ? `${tree.name}(…)` : 'what stands here'
}

/** @param by what asks for the type */
export function demand(part: Part, type: ExpressionType, tree: Tree, by: string): void {
  if (part.type === type) return
  throw new ExpressionError(
    tree.at,
    tree.end,
    `${by} takes ${sayType(type)}, and ${sayTree(tree)} is ${sayType(part.type)}.`,
  )
}

function demandAlike(left: Part, leftTree: Tree, right: Part, rightTree: Tree): void {
  if (left.type === right.type) return
  const hint =
    left.type === 'text' && rightTree.kind === 'literal'
      ? ` Write '${String(rightTree.value)}'.`
      : left.type === 'number' && rightTree.kind === 'literal' && !Number.isNaN(Number(rightTree.value))
        ? ` Write ${Number(rightTree.value)}.`
        : ''
  throw new ExpressionError(
    rightTree.at,
    rightTree.end,
    `${sayTree(leftTree)} is ${sayType(left.type)}, and ${sayTree(rightTree)} is ${sayType(right.type)}: they cannot stand side by side.${hint}`,
  )
}
