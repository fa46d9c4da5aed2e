/** Owns cutting a long list into pages, and taking from it what a reader searches for. Knows no list. */

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

/** Whether every word of the search stands in one of the texts, whatever the case. Nothing searched takes everything. */
export function matchesSearch(search: string | null, texts: readonly (string | null)[]): boolean {
  const words = fold(search ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return true
  const text = fold(texts.filter((each) => each !== null).join('\n'))
  return words.every((word) => text.includes(word))
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
