/** Owns what a row says on a phone in the place of the columns that have no room there. */
import type { ReactNode } from 'react'
import styles from '@/app/components/on-phone.module.css'

/** Stands beneath the main text of a cell; elsewhere the columns say it. */
export function OnPhone({ children }: { children: ReactNode }) {
  return <span className={styles.beneath}>{children}</span>
}
