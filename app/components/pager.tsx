/** Owns going through the pages of a long list: which rows are shown, and links to the pages beside. */
import Link from 'next/link'
import { buttonClass } from '@/app/components/button'
import styles from '@/app/components/pager.module.css'
import { formatCount } from '@/app/format'
import type { Part } from '@/app/paging'

/** Nothing for a list of one page. `hrefOf` gives the address of a page; `what` names the rows: “alerts”. */
export function Pager({
  part,
  what,
  hrefOf,
}: {
  part: Part<unknown>
  what: string
  hrefOf: (page: number | null) => string
}) {
  if (part.pages === 1) return null
  const last = part.first + part.rows.length - 1
  return (
    <nav className={styles.pager} aria-label={`Pages of ${what}`}>
      <span className={styles.words}>
        {formatCount(part.first)} to {formatCount(last)} of {formatCount(part.total)} {what}
      </span>
      {part.page > 1 && (
        <Link
          href={hrefOf(part.page === 2 ? null : part.page - 1)}
          prefetch={false}
          rel="prev"
          className={buttonClass('plain', 'small')}
        >
          Previous
        </Link>
      )}
      {part.page < part.pages && (
        <Link
          href={hrefOf(part.page + 1)}
          prefetch={false}
          rel="next"
          className={buttonClass('plain', 'small')}
        >
          Next
        </Link>
      )}
    </nav>
  )
}
