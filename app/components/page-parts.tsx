/** Owns the bones of a page: a heading with its first sentence, sections, and rows of tiles. */
import type { ReactNode } from 'react'
import styles from '@/app/components/page-parts.module.css'

export function PageHeader({
  title,
  sentence,
  aside,
  above,
}: {
  title: ReactNode
  sentence?: ReactNode
  aside?: ReactNode
  above?: ReactNode
}) {
  return (
    <header className={styles.header}>
      <div className={styles.heading}>
        {above && <div className={styles.above}>{above}</div>}
        <h1>{title}</h1>
        {sentence && <p className={styles.sentence}>{sentence}</p>}
      </div>
      {aside && <div className={styles.aside}>{aside}</div>}
    </header>
  )
}

export function Section({
  title,
  sentence,
  aside,
  children,
  id,
}: {
  title: ReactNode
  sentence?: ReactNode
  aside?: ReactNode
  children: ReactNode
  id?: string
}) {
  return (
    <section className={styles.section} id={id}>
      <div className={styles.sectionHead}>
        <h2>{title}</h2>
        {aside}
      </div>
      {sentence && <p className={styles.quiet}>{sentence}</p>}
      {children}
    </section>
  )
}

export function Tiles({ children }: { children: ReactNode }) {
  return <dl className={styles.tiles}>{children}</dl>
}

export function Tile({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className={styles.tile}>
      <dt>{label}</dt>
      <dd>
        <span className={styles.value}>{value}</span>
        {note && <span className={styles.note}>{note}</span>}
      </dd>
    </div>
  )
}

export function Quiet({ children }: { children: ReactNode }) {
  return <p className={styles.quiet}>{children}</p>
}
