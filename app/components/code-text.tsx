'use client'
/** Owns showing a secret once, to be copied. */
import styles from '@/app/components/code-block.module.css'
import { CopyButton } from '@/app/components/copy-button'

export function CodeText({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles.block}>
      <pre className={`${styles.code} ${styles.whole}`}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label={label} />
    </div>
  )
}
