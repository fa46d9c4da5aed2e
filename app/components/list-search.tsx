/** Owns searching a long list: the words live in the address as `q`. A plain form, so it works before any script does. */
import Form from 'next/form'
import Link from 'next/link'
import { buttonClass } from '@/app/components/button'
import styles from '@/app/components/list-search.module.css'
import { SearchInput } from '@/app/components/search-input'
import { formatCount } from '@/app/format'
import { type Query, withQuery } from '@/app/links'

/** Lists of so many rows are seen at a glance. */
const FEW = 15

/** Nothing for a short list. `query` is the rest of the page's state, which a search keeps. */
export function ListSearch({
  path,
  query,
  search,
  what,
  found,
  total,
}: {
  path: string
  query: Query
  search: string | null
  /** What is searched, in the plural: “models”. */
  what: string
  found: number
  total: number
}) {
  if (total <= FEW && search === null) return null
  return (
    <div className={styles.bar}>
      <Form action={path} role="search" scroll={false} className={styles.form}>
        {Object.entries(query).map(([name, value]) =>
          value === null || value === undefined ? null : (
            <input key={name} type="hidden" name={name} value={String(value)} />
          ),
        )}
        <SearchInput label={`Search ${what}`} search={search ?? ''} className={styles.input} />
        <button type="submit" className={buttonClass('plain', 'small')}>
          Search
        </button>
      </Form>
      {search !== null && (
        <span role="status" className={styles.found}>
          {found === 0 ? 'None' : formatCount(found)} of {formatCount(total)} {what}{' '}
          {found === 1 ? 'matches' : 'match'} “<bdi>{search}</bdi>”.{' '}
          <Link href={withQuery(path, query)} prefetch={false} scroll={false}>
            Show all
          </Link>
        </span>
      )}
    </div>
  )
}
