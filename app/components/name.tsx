/** Owns how a name that users chose is shown: isolated from the text around it, cut, with its odd letters told on hover. */
import styles from '@/app/components/name.module.css'
import { codePoints } from '@/app/format'

export function Name({ children, wrap = false }: { children: string; wrap?: boolean }) {
  const odd = codePoints(children)
  return (
    <bdi
      className={wrap ? styles.wrapping : styles.name}
      title={odd === null ? children : `${children} (contains ${odd})`}
    >
      {children}
    </bdi>
  )
}
