/** Owns the narrow page outside the rail: signing in, set-up, errors. */
import type { ReactNode } from 'react'
import styles from '@/app/components/door-frame.module.css'
import { Logo } from '@/app/components/logo'

export function DoorFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={styles.frame}>
      <div className={styles.brand}>
        <Logo /> Plumbline
      </div>
      <h1>{title}</h1>
      {children}
    </main>
  )
}
