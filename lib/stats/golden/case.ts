/** Owns the shapes of the golden files: one JSON file a method, with cases and tolerances. */

/** A column to be drawn, or rows listed; see the README beside the golden files. */
export type GoldenInput = unknown

export interface Tolerance {
  readonly rtol: number
  readonly atol: number
}

export type Tolerances = Readonly<Record<string, Tolerance>>

export interface GoldenCase {
  readonly id: string
  readonly inputs: Readonly<Record<string, GoldenInput>>
  readonly params: Readonly<Record<string, unknown>>
  readonly expected: Readonly<Record<string, unknown>>
  readonly tolerance?: Tolerances
}

export interface GoldenFile {
  readonly method: string
  readonly title: string
  readonly tolerance: Tolerances
  readonly cases: readonly GoldenCase[]
}

/** A drawn or listed column: null is a missing value. */
export type Column = readonly (number | string | null)[]

/** How a method answers a case: columns by input name, and the case itself for its parameters. */
export type GoldenMethod = (
  columns: Readonly<Record<string, Column>>,
  golden: GoldenCase,
) => Readonly<Record<string, unknown>>
