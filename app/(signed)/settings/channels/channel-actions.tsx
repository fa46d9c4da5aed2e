'use client'
/** Owns testing, changing, switching and deleting one channel. */
import { useState } from 'react'
import styles from '@/app/(signed)/settings/channels/channels.module.css'
import { EditChannel } from '@/app/(signed)/settings/channels/edit-channel'
import { errorWords } from '@/app/(signed)/settings/channels/kinds'
import { Button } from '@/app/components/button'
import { ConfirmButton } from '@/app/components/confirm-button'
import { Fault } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { readText } from '@/app/components/read-text'
import { useChange } from '@/app/components/use-change'
import type { ChannelKind, ChannelSettings } from '@/lib/domain/channel'

export function ChannelActions({
  channelId,
  name,
  kind,
  settings,
  isEnabled,
}: {
  channelId: number
  name: string
  kind: ChannelKind
  settings: ChannelSettings
  isEnabled: boolean
}) {
  const { change, fault, isBusy } = useChange()
  const [outcome, setOutcome] = useState<string | null>(null)
  const path = `/api/v1/channels/${channelId}`
  return (
    <div className={form.row}>
      <Button
        size="small"
        disabled={isBusy}
        aria-label={`Send a test to ${name}`}
        onClick={async () => {
          setOutcome(null)
          const result = await change(`${path}/test`, {})
          if (result.ok) setOutcome(outcomeOf(result.data))
        }}
      >
        Send a test
      </Button>
      <EditChannel channelId={channelId} kind={kind} name={name} settings={settings} />
      <Button
        size="small"
        disabled={isBusy}
        aria-label={`Switch ${name} ${isEnabled ? 'off' : 'on'}`}
        onClick={() => change(path, { enabled: !isEnabled }, 'PATCH')}
      >
        {isEnabled ? 'Switch off' : 'Switch on'}
      </Button>
      <ConfirmButton
        text="Delete"
        label={`Delete the channel ${name}`}
        question="Messages that wait for it are cancelled."
        path={path}
        method="DELETE"
      />
      <p aria-live="polite" className={styles.outcome}>
        {outcome}
      </p>
      <Fault message={fault} />
    </div>
  )
}

/** What came back, with the first words of the receiver. */
function outcomeOf(data: unknown): string {
  const fields = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {}
  const status = typeof fields.status === 'number' ? ` with ${fields.status}` : ''
  const took = typeof fields.duration_ms === 'number' ? ` in ${fields.duration_ms} ms` : ''
  const answer = readText(data, 'answer')?.trim().slice(0, 200)
  const said = answer ? ` It said: “${answer}”` : ''
  if (fields.delivered === true) return `The receiver took the message${status}${took}.${said}`
  return `The message did not arrive: ${errorWords(readText(data, 'reason'))}.${said}`
}
