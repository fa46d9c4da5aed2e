/** Owns compiling the expression of a custom metric, with what is wrong with it said to whoever wrote it. */
import type { ExpressionType } from '@/lib/domain/custom-metric'
import { AppError } from '@/lib/domain/errors'
import { type CompiledMetric, compileMetric } from '@/lib/expression/compile-metric'
import { ExpressionError, sayError } from '@/lib/expression/expression-error'

/**
 * Compiles an expression against the fields of a model.
 * @throws AppError `invalid` with the sentence and the place: `at` and `end` count characters from 0
 */
export function compileCustom(
  expression: string,
  types: ReadonlyMap<string, ExpressionType>,
): CompiledMetric {
  try {
    return compileMetric(expression, types)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { at, end } = error
    throw new AppError('invalid', sayError(error), { field: 'expression', reason: 'bad_expression', at, end })
  }
}
