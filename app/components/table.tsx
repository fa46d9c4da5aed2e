/** Owns how tables look: dense rows, hairlines, numbers to the right, scrolling inside their own frame. */
import type { ReactNode } from 'react'
import styles from '@/app/components/table.module.css'

export interface Column {
  readonly head: ReactNode
  readonly align?: 'left' | 'right'
  /** Left out on phones. */
  readonly minor?: boolean
  /** Takes the room that the others leave, for sentences. */
  readonly isWide?: boolean
}

export interface Row {
  readonly key: string | number
  readonly cells: readonly ReactNode[]
  readonly isSelected?: boolean
}

/** `label` names the table for those who cannot see where it stands. */
export function Table({
  label,
  columns,
  rows,
}: {
  label: string
  columns: readonly Column[]
  rows: readonly Row[]
}) {
  const classOf = (column: Column | undefined) =>
    [
      column?.align === 'right' ? styles.right : '',
      column?.minor ? styles.minor : '',
      column?.isWide ? styles.wide : '',
    ].join(' ')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.frame} aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other identity and never move
              <th key={index} scope="col" className={classOf(column)}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} data-row="" aria-current={row.isSelected ? 'true' : undefined}>
              {row.cells.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells follow their columns
                <td key={index} className={classOf(columns[index])}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
