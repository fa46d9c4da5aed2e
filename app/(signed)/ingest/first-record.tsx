'use client'
/** Owns telling whether what was set up has begun to arrive, while the page is open. */
import Link from 'next/link'
import { type ReactNode, useEffect } from 'react'
import { type Arrival, type Arrivals, arrivalOf, type Beginning } from '@/app/(signed)/ingest/arrival'
import styles from '@/app/(signed)/ingest/senders.module.css'
import { Status, type StatusName } from '@/app/components/status'
import { useReread } from '@/app/components/use-reread'
import { modelPath } from '@/app/links'

/** Refusals and repeats tell no open page that something changed. */
const LOOK_EVERY_MS = 4_000

export function FirstRecord({
  model,
  beginning,
  arrivals,
}: {
  model: string
  beginning: Beginning | null
  arrivals: Arrivals
}) {
  const reread = useReread()
  const arrival = arrivalOf({ model, beginning, arrivals })
  const isWaiting = beginning !== null && arrival.state !== 'received'
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reread()
    }, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [isWaiting, reread])
  const [name, word] = FACES[arrival.state]
  return (
    <p className={styles.arrival} role="status">
      <Status name={name} word={word} />
      <span>{sentenceOf(arrival, model)}</span>
    </p>
  )
}

const FACES: Readonly<Record<Arrival['state'], readonly [StatusName, string]>> = {
  waiting: ['awaiting', 'Waiting'],
  refused: ['warning', 'Refused'],
  repeated: ['awaiting', 'Nothing new'],
  received: ['ok', 'First record received'],
  receiving: ['ok', 'Receiving'],
}

function sentenceOf(arrival: Arrival, model: string): ReactNode {
  const name = (
    <Link href={modelPath(model)} prefetch={false}>
      {model}
    </Link>
  )
  switch (arrival.state) {
    case 'waiting':
      return 'This line changes by itself when the first record arrives.'
    case 'refused':
      return 'Something arrived and was refused: the reason stands under “Refused records”.'
    case 'repeated':
      return 'The key was used, and what came was stored before: a record counts once.'
    case 'received':
    case 'receiving':
      return (
        <>
          Newest record of {name}: {arrival.newest}.
        </>
      )
  }
}
