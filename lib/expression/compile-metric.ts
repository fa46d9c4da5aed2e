/** Owns a whole metric, ready to run on records: an aggregate, its expression and its condition, with their types. */
import {
  type Aggregate,
  type ExpressionFields,
  type ExpressionType,
  type MissingReason,
  readsEvents,
} from '@/lib/domain/custom-metric'
import type { Scalar } from '@/lib/domain/record'
import { compileTree, type ResolveName, sayTree, sayType } from '@/lib/expression/compile-tree'
import { ExpressionError } from '@/lib/expression/expression-error'
import { candidateKeys, nameOfKey } from '@/lib/expression/field-names'
import type { Part } from '@/lib/expression/functions'
import { parseMetric } from '@/lib/expression/parse'
import { sayMeant } from '@/lib/expression/suggest-name'
import type { MetricTree, Tree } from '@/lib/expression/tree'
import { type Row, readField } from '@/lib/expression/value'

/** What one record gives. Made once and filled for every record. */
export interface Outcome {
  /** `outside`: the condition is not met; `undecided`: it cannot be told. */
  kind: 'value' | 'missing' | 'outside' | 'undecided'
  /** Of kind `value`; true is 1, false is 0. */
  value: number
  /** Of kind `missing`. */
  reason: MissingReason
}

export const emptyOutcome = (): Outcome => ({ kind: 'outside', value: 0, reason: 'absent' })

export interface CompiledMetric {
  readonly aggregate: Aggregate
  /** Keys of the fields it reads: the order of `values` in `evaluate`. */
  readonly keys: readonly string[]
  readonly fields: ExpressionFields
  /** Fills the outcome for a record with these contents of its fields. Never throws. */
  evaluate(values: readonly (Scalar | undefined)[], outcome: Outcome): void
}

/**
 * @param known types of the fields that may be used, by key; of a stored definition its own `fields`
 * @throws ExpressionError
 */
export function compileMetric(source: string, known: ReadonlyMap<string, ExpressionType>): CompiledMetric {
  const tree = parseMetric(source)
  const keys: string[] = []
  const fields: Record<string, ExpressionType> = {}
  const resolve: ResolveName = (name) => {
    const { key, type } = resolveName(name, known)
    let slot = keys.indexOf(key)
    if (slot < 0) {
      slot = keys.length
      keys.push(key)
      fields[key] = type
    }
    return { type, run: readField(slot, type) }
  }
  const of = tree.of && compileTree(tree.of, resolve)
  const where = tree.where && compileTree(tree.where, resolve)
  checkAggregate(tree, of)
  if (tree.where && where && where.type !== 'boolean') {
    throw new ExpressionError(
      tree.where.at,
      tree.where.end,
      `Behind "where" stands a condition, and ${sayTree(tree.where)} is ${sayType(where.type)}.`,
    )
  }
  if ((tree.aggregate === 'min' || tree.aggregate === 'max') && readsEvents(fields)) {
    throw new ExpressionError(
      tree.at,
      tree.end,
      `Events come after their record, so a ${tree.aggregate} cannot be kept up: take a share, a sum or a mean of them.`,
    )
  }
  return { aggregate: tree.aggregate, keys, fields, evaluate: evaluator(tree.aggregate, of, where) }
}

function evaluator(aggregate: Aggregate, of: Part | null, where: Part | null): CompiledMetric['evaluate'] {
  const row: Row = { values: [], fault: null }
  return (values, outcome) => {
    row.values = values
    row.fault = null
    const isMeant = where === null || where.run(row)
    if (isMeant !== true) {
      outcome.kind = isMeant === null ? 'undecided' : 'outside'
      return
    }
    // What is wrong with the condition is no reason for the value.
    row.fault = null
    const value = of === null ? true : of.run(row)
    if (value === null || typeof value === 'string') {
      outcome.kind = 'missing'
      outcome.reason = row.fault ?? 'absent'
      return
    }
    outcome.kind = 'value'
    outcome.value = Number(value)
    // count() of a condition counts where it holds; the others are none of them.
    if (aggregate === 'count' && value === false) outcome.kind = 'outside'
  }
}

function checkAggregate({ aggregate, of: tree }: MetricTree, of: Part | null): void {
  if (!tree || !of) return
  const wanted: ExpressionType = aggregate === 'share' || aggregate === 'count' ? 'boolean' : 'number'
  if (of.type === wanted) return
  const hint =
    aggregate === 'count'
      ? ' To count records that have it, write count(where not is_missing(…)).'
      : aggregate === 'share'
        ? ' Compare it with something, such as share(latency > 500).'
        : of.type === 'boolean'
          ? ' Take the share of it.'
          : ''
  throw new ExpressionError(
    tree.at,
    tree.end,
    `${aggregate} takes ${sayType(wanted)}, and ${sayTree(tree)} is ${sayType(of.type)}.${hint}`,
  )
}

function resolveName(
  { path, isQuoted, at, end }: Extract<Tree, { kind: 'name' }>,
  known: ReadonlyMap<string, ExpressionType>,
): { key: string; type: ExpressionType } {
  for (const key of candidateKeys(path, isQuoted)) {
    const type = known.get(key)
    if (type !== undefined) return { key, type }
  }
  const written = path.join('.')
  const names = [...known.keys()].map(nameOfKey)
  const bare = new Map(names.map((name) => [name.replaceAll('"', ''), name]))
  const meant = sayMeant(written, bare.keys())
  const textHint =
    isQuoted && meant === '' ? ` Names stand in double quotes; text stands in single ones: '${written}'.` : ''
  throw new ExpressionError(
    at,
    end,
    `Nothing is called ${isQuoted ? JSON.stringify(written) : written} here.${meant}${textHint}`,
  )
}
