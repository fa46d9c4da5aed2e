/** Owns cutting a long list into pages. Knows no list. */

/** Rows of one page: more are not read, and each costs the browser. */
export const PAGE_ROWS = 50

export interface Part<T> {
  readonly rows: readonly T[]
  /** From 1; never beyond the last. */
  readonly page: number
  readonly pages: number
  /** Place of the first row in the whole list, from 1; 0 when the list is empty. */
  readonly first: number
  readonly total: number
}

/** One page of a list. A page that does not exist, because the list became shorter, is the last one. */
export function partOf<T>(all: readonly T[], page: number | null, size = PAGE_ROWS): Part<T> {
  const pages = Math.max(1, Math.ceil(all.length / size))
  const here = Math.min(pages, Math.max(1, page ?? 1))
  const start = (here - 1) * size
  return {
    rows: all.slice(start, start + size),
    page: here,
    pages,
    first: all.length === 0 ? 0 : start + 1,
    total: all.length,
  }
}
