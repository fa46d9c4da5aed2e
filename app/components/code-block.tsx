/** Owns text to be pasted elsewhere: shown as it is, copied with one click. */
import styles from '@/app/components/code-block.module.css'
import { CopyButton } from '@/app/components/copy-button'

export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre className={styles.code} tabIndex={0}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label={label} />
    </div>
  )
}
