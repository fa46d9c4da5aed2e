/** Owns how a long list is shown: what is searched for in it, a page of what was found, and links to the pages beside. */
import type { ReactNode } from 'react'
import { ListSearch } from '@/app/components/list-search'
import { Pager } from '@/app/components/pager'
import { type Query, withQuery } from '@/app/links'
import { partOf } from '@/app/paging'
import type { Search } from '@/app/search-params'
import { matchesSearch } from '@/lib/domain/search'

/** `children` draws the rows of one page; it is not asked where nothing was found. */
export function LongList<T>({
  path,
  query,
  search: { q, page },
  what,
  rows,
  textsOf,
  children,
}: {
  path: string
  /** The rest of the page's state, which going through the list keeps. */
  query: Query
  search: Pick<Search, 'q' | 'page'>
  /** What the rows are, in the plural: “models”. */
  what: string
  rows: readonly T[]
  /** What a search looks at. */
  textsOf: (row: T) => readonly (string | null)[]
  children: (shown: readonly T[]) => ReactNode
}) {
  const found = rows.filter((row) => matchesSearch(q, textsOf(row)))
  const part = partOf(found, page)
  return (
    <>
      <ListSearch path={path} query={query} search={q} what={what} found={found.length} total={rows.length} />
      {found.length > 0 && children(part.rows)}
      <Pager part={part} what={what} hrefOf={(to) => withQuery(path, { ...query, q, page: to })} />
    </>
  )
}
