/** Owns the shape of one row of the table of bad requests. */

export interface BadInputRow {
  readonly row: string
  readonly what: string
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly status: number
  /** `code` of the problem, or of the first refused record; absent for success. */
  readonly code?: string
  /** Records that must be stored by it. */
  readonly accepted?: number
}
