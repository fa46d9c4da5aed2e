/** Owns the list of what a version still needs before it counts as monitored, with the next command to paste. */

import { profileCommand } from '@/app/(signed)/ingest/snippets'
import styles from '@/app/(signed)/models/[model]/readiness.module.css'
import { CodeBlock } from '@/app/components/code-block'
import { Status } from '@/app/components/status'
import { inZone } from '@/app/format'
import type { ReadinessItem } from '@/lib/queries/readiness'

export function Readiness({
  items,
  model,
  version,
  publicUrl,
  zone,
}: {
  items: readonly ReadinessItem[]
  model: string
  version: string
  publicUrl: string
  zone: string
}) {
  return (
    <>
      <ul className={styles.items}>
        {items.map((item) => (
          <li key={item.sentence} className={styles.item}>
            <Status name={item.isDone ? 'ok' : 'awaiting'} word={item.isDone ? 'Done' : 'Open'} />
            {inZone(item.sentence, zone)}
          </li>
        ))}
      </ul>
      {items[1]?.isDone === false && (
        <CodeBlock label="the profile command" text={profileCommand(publicUrl, model, version)} />
      )}
    </>
  )
}
