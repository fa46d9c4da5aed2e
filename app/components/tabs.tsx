/** Owns a row of tabs that are links. */
import Link from 'next/link'
import type { ReactNode } from 'react'
import styles from '@/app/components/tabs.module.css'

export interface TabItem {
  readonly href: string
  readonly text: ReactNode
  readonly isHere: boolean
}

export function Tabs({ label, items }: { label: string; items: readonly TabItem[] }) {
  return (
    <nav aria-label={label} className={styles.tabs}>
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          prefetch={false}
          className={styles.tab}
          aria-current={item.isHere ? 'page' : undefined}
        >
          {item.text}
        </Link>
      ))}
    </nav>
  )
}
