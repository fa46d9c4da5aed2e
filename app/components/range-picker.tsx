/** Owns choosing the span of time: presets as links, a custom span as a plain form. No script. */
import Link from 'next/link'
import { buttonClass } from '@/app/components/button'
import styles from '@/app/components/range-picker.module.css'
import { type Query, withQuery } from '@/app/links'
import { RANGE_PRESETS, type ResolvedRange } from '@/lib/queries/resolve-range'

/** `query` is the rest of the page's state; `path` the page itself. */
export function RangePicker({ path, query, range }: { path: string; query: Query; range: ResolvedRange }) {
  const rest = { ...query, range: null, from: null, to: null }
  return (
    <nav className={styles.picker} aria-label="Time range">
      <ul className={styles.presets}>
        {RANGE_PRESETS.map((preset) => (
          <li key={preset}>
            <Link
              href={withQuery(path, { ...rest, range: preset })}
              prefetch={false}
              scroll={false}
              className={styles.preset}
              aria-current={preset === range.preset ? 'true' : undefined}
            >
              {preset}
            </Link>
          </li>
        ))}
      </ul>
      <details className={styles.custom}>
        <summary className={styles.preset} data-current={range.preset === 'custom' ? '' : undefined}>
          custom
        </summary>
        <form action={path} method="get" className={styles.form}>
          {Object.entries(rest).map(([name, value]) =>
            value === null || value === undefined ? null : (
              <input key={name} type="hidden" name={name} value={String(value)} />
            ),
          )}
          <label>
            From (UTC)
            <input type="datetime-local" name="from" required defaultValue={inputValue(range.startMs)} />
          </label>
          <label>
            To (UTC)
            <input type="datetime-local" name="to" defaultValue={inputValue(range.endMs)} />
          </label>
          <button type="submit" className={buttonClass('primary', 'small')}>
            Show
          </button>
        </form>
      </details>
    </nav>
  )
}

function inputValue(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(0, 16)
}
