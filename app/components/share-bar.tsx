/** Owns a bar as long as a share: plain SVG, for the number stands beside it. */
import styles from '@/app/components/share-bar.module.css'

/** @param share 0 … 1 */
export function ShareBar({ share }: { share: number }) {
  const width = Math.round(Math.min(1, Math.max(0, share)) * 1_000) / 10
  return (
    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" className={styles.bar}>
      <rect x="0" y="0" width={width} height="8" />
    </svg>
  )
}
