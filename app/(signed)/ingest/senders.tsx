'use client'
/** Owns choosing what sends, and showing its ready configuration with this instance's address and a fresh key. */
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Arrivals, Beginning } from '@/app/(signed)/ingest/arrival'
import { FirstRecord } from '@/app/(signed)/ingest/first-record'
import { KeyForSender, type MadeKey } from '@/app/(signed)/ingest/key-for-sender'
import styles from '@/app/(signed)/ingest/senders.module.css'
import { CodeBlock } from '@/app/components/code-block'
import { Field } from '@/app/components/field'
import { findShipper, SHIPPERS } from '@/lib/domain/shippers/catalogue'
import { SHIPPER_GROUPS } from '@/lib/domain/shippers/shipper'

/** Stands where the key belongs until one is made. */
const KEY_PLACE = 'YOUR_INGEST_KEY'
/** Other names are for the records themselves: addresses and configuration languages bend them. */
const PLAIN_NAME = '[A-Za-z0-9][A-Za-z0-9._\\-]{0,99}'

export function Senders({
  publicUrl,
  sender,
  arrivals,
}: {
  publicUrl: string
  sender: string | null
  arrivals: Arrivals
}) {
  const router = useRouter()
  const [id, setId] = useState(findShipper(sender).id)
  const [typed, setTyped] = useState('credit-risk')
  const [made, setMade] = useState<MadeKey | null>(null)
  const [beginning, setBeginning] = useState<Beginning | null>(null)
  const shipper = findShipper(id)
  const isPlain = new RegExp(`^${PLAIN_NAME}$`).test(typed)
  const model = isPlain ? typed : 'credit-risk'

  function choose(next: string) {
    setId(next)
    // Not by the browser's history alone: the page refreshes itself while it waits for a record, and a router that does
    // not know the address it is at loads the page anew, key and all.
    router.replace(`?sender=${next}`, { scroll: false })
  }

  function begin(key: MadeKey) {
    setMade(key)
    setBeginning({ keyId: key.id, madeMs: key.madeMs, sourcesBefore: arrivals.sources })
  }

  return (
    <div className={styles.senders}>
      <fieldset className={styles.picker}>
        <legend className={styles.legend}>What sends</legend>
        {SHIPPER_GROUPS.map((group) => (
          <div key={group} className={styles.group}>
            <span className={styles.groupName} id={`group-${group}`}>
              {group}
            </span>
            <div className={styles.choices}>
              {SHIPPERS.filter((item) => item.group === group).map((item) => (
                <label key={item.id} className={styles.choice}>
                  <input
                    type="radio"
                    name="sender"
                    value={item.id}
                    checked={item.id === id}
                    onChange={() => choose(item.id)}
                  />
                  {item.name}
                </label>
              ))}
            </div>
          </div>
        ))}
      </fieldset>
      <div className={styles.ready}>
        <h3>{shipper.name}</h3>
        <div className={styles.blanks}>
          <Field
            label="Model"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            pattern={PLAIN_NAME}
            aria-invalid={!isPlain}
            autoComplete="off"
            spellCheck={false}
            hint={
              isPlain
                ? 'Records may name another in their field "model".'
                : 'Letters, digits, dots, hyphens and underscores; any other name goes into the field "model" of each record.'
            }
          />
          <KeyForSender name={`${shipper.name} for ${model}`} made={made} onMade={begin} />
        </div>
        <FirstRecord model={model} beginning={beginning} arrivals={arrivals} />
        <p className={styles.place}>
          Belongs in <strong>{shipper.place}</strong>; sends to <code>{shipper.endpoint}</code>
        </p>
        <CodeBlock
          label={`the configuration of ${shipper.name}`}
          text={shipper.config({ publicUrl, model, key: made?.secret ?? KEY_PLACE }).trimEnd()}
        />
        <ul className={styles.notes}>
          {shipper.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </div>
    </div>
  )
}
