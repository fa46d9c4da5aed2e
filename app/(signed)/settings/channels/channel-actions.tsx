'use client'
/** Owns testing, switching and deleting one channel. */
import { useState } from 'react'
import { Button } from '@/app/components/button'
import { ConfirmButton } from '@/app/components/confirm-button'
import { Fault } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { readText } from '@/app/components/read-text'
import { useChange } from '@/app/components/use-change'

export function ChannelActions({
  channelId,
  name,
  isEnabled,
}: {
  channelId: number
  name: string
  isEnabled: boolean
}) {
  const { change, fault, isBusy } = useChange()
  const [outcome, setOutcome] = useState<string | null>(null)
  const path = `/api/v1/channels/${channelId}`
  return (
    <div className={form.row}>
      <span aria-live="polite">{outcome}</span>
      <Button
        size="small"
        disabled={isBusy}
        onClick={async () => {
          setOutcome(null)
          const result = await change(`${path}/test`, {})
          if (result.ok) setOutcome(outcomeOf(result.data))
        }}
      >
        Send a test
      </Button>
      <Button size="small" disabled={isBusy} onClick={() => change(path, { enabled: !isEnabled }, 'PATCH')}>
        {isEnabled ? 'Switch off' : 'Switch on'}
      </Button>
      <ConfirmButton
        text="Delete"
        label={`Delete the channel ${name}`}
        question="Messages that wait for it are cancelled."
        path={path}
        method="DELETE"
      />
      <Fault message={fault} />
    </div>
  )
}

function outcomeOf(data: unknown): string {
  const isDelivered =
    typeof data === 'object' && data !== null && (data as Record<string, unknown>).delivered === true
  if (isDelivered) return 'The receiver took the message.'
  return `The message did not arrive: ${(readText(data, 'reason') ?? 'no answer').replaceAll('_', ' ')}.`
}
