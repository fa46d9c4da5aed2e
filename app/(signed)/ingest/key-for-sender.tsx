'use client'
/** Owns making one ingest key for a configuration. The secret lives on the open page alone. */
import styles from '@/app/(signed)/ingest/senders.module.css'
import { Button } from '@/app/components/button'
import { Fault } from '@/app/components/field'
import { readText } from '@/app/components/read-text'
import { useChange } from '@/app/components/use-change'
import { useViewer } from '@/app/components/viewer'

export interface MadeKey {
  readonly id: number
  readonly secret: string
  readonly name: string
  /** When it was made, by the clock of the server. */
  readonly madeMs: number
}

export function KeyForSender({
  name,
  made,
  onMade,
}: {
  name: string
  made: MadeKey | null
  onMade: (made: MadeKey) => void
}) {
  const { isAdmin } = useViewer()
  const { change, fault, isBusy } = useChange()

  async function make() {
    const result = await change('/api/v1/keys', { name, scopes: ['ingest'] })
    if (!result.ok) return
    const made = readMade(result.data)
    if (made !== null) onMade({ ...made, name })
  }

  if (!isAdmin) {
    return (
      <p className={styles.key}>
        Ask an administrator for an ingest key, and put it in place of <code>YOUR_INGEST_KEY</code>.
      </p>
    )
  }
  return (
    <div className={styles.key}>
      <Button look={made === null ? 'primary' : 'plain'} disabled={isBusy} onClick={make}>
        {made === null ? 'Make an ingest key' : 'Make another key'}
      </Button>
      <span className={styles.keyNote} aria-live="polite">
        {made === null
          ? 'It may send and nothing else, and is shown once.'
          : `The key “${made.name}” stands in the configuration. Copy it now: it cannot be shown again.`}
      </span>
      <Fault message={fault} />
    </div>
  )
}

function readMade(data: unknown): Omit<MadeKey, 'name'> | null {
  const key = typeof data === 'object' && data !== null && 'key' in data ? data.key : null
  const id = typeof key === 'object' && key !== null && 'id' in key ? Number(key.id) : Number.NaN
  const secret = readText(data, 'secret')
  const created = readText(key, 'created')
  return secret === null || created === null ? null : { id, secret, madeMs: Date.parse(created) }
}
