/** Owns the shape of a parsed expression. */
import type { Aggregate } from '@/lib/domain/custom-metric'

interface Place {
  readonly at: number
  readonly end: number
}

export type BinarySign = '+' | '-' | '*' | '/' | '%' | '=' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or'

export type Tree = Place &
  (
    | { readonly kind: 'literal'; readonly value: number | string | boolean }
    /** A name in parts, such as event.click; `isQuoted` where its first part stood in double quotes. */
    | { readonly kind: 'name'; readonly path: readonly string[]; readonly isQuoted: boolean }
    | { readonly kind: 'unary'; readonly sign: '-' | 'not'; readonly of: Tree }
    | { readonly kind: 'binary'; readonly sign: BinarySign; readonly left: Tree; readonly right: Tree }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Tree[] }
    | { readonly kind: 'between'; readonly of: Tree; readonly low: Tree; readonly high: Tree }
    | { readonly kind: 'in'; readonly of: Tree; readonly list: readonly Tree[] }
  )

/** `mean(amount where status = 200)`. */
export interface MetricTree {
  readonly aggregate: Aggregate
  /** Of the aggregate's name. */
  readonly at: number
  readonly end: number
  /** null: `count()`. */
  readonly of: Tree | null
  readonly where: Tree | null
}
