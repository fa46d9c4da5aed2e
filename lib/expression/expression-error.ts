/** Owns what is wrong with an expression: where, and in a sentence for people. */

/** Thrown for expressions that cannot be used; never for values. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'

  /**
   * @param at first character at fault, from 0
   * @param end behind the last one
   */
  constructor(
    readonly at: number,
    readonly end: number,
    message: string,
  ) {
    super(message)
  }
}

/** The sentence with the place, counted from 1 as people count. */
export function sayError({ at, message }: ExpressionError): string {
  return `${message} (at character ${at + 1})`
}
