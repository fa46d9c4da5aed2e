/** Owns the face of a panel that has nothing to show: one sentence why, and the next step. */
import type { ReactNode } from 'react'
import styles from '@/app/components/empty-state.module.css'

export function EmptyState({ sentence, children }: { sentence: ReactNode; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.sentence}>{sentence}</p>
      {children}
    </div>
  )
}
