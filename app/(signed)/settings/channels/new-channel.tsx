'use client'
/** Owns adding a channel of any kind, and showing a signing secret once. */
import { type FormEvent, useState } from 'react'
import { ChannelFields, readChannelForm } from '@/app/(signed)/settings/channels/channel-fields'
import styles from '@/app/(signed)/settings/channels/channels.module.css'
import { KINDS } from '@/app/(signed)/settings/channels/kinds'
import { Button } from '@/app/components/button'
import { CodeText } from '@/app/components/code-text'
import { Dialog } from '@/app/components/dialog'
import { fieldClass, inputClass } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { readText } from '@/app/components/read-text'
import { useChange } from '@/app/components/use-change'
import type { ChannelKind } from '@/lib/domain/channel'

/** From the words, for the table of kinds brings a parser along that the browser needs not have. */
const CHOICES = Object.keys(KINDS) as ChannelKind[]

export function NewChannel() {
  const [isOpen, setOpen] = useState(false)
  const [kind, setKind] = useState<ChannelKind>('webhook')
  const [secret, setSecret] = useState<string | null>(null)
  const { change, fault, setFault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const body = { kind, ...readChannelForm(new FormData(event.currentTarget)) }
    const result = await change('/api/v1/channels', body)
    if (!result.ok) return
    const made = readText(result.data, 'secret')
    if (KINDS[kind].isSigned && made !== null) setSecret(made)
    else setOpen(false)
  }

  return (
    <Dialog
      title="New channel"
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open)
        setFault(null)
        if (!open) setSecret(null)
      }}
      trigger={<Button look="primary">New channel</Button>}
    >
      {secret === null ? (
        <form className={form.form} onSubmit={submit}>
          <div className={fieldClass}>
            <label htmlFor="kind">Kind</label>
            <select
              id="kind"
              className={inputClass}
              value={kind}
              aria-describedby="kind-hint"
              onChange={(event) => setKind(event.target.value as ChannelKind)}
            >
              {CHOICES.map((one) => (
                <option key={one} value={one}>
                  {KINDS[one].label}
                </option>
              ))}
            </select>
            <span id="kind-hint" className={styles.hint}>
              {KINDS[kind].sentence}
            </span>
          </div>
          <ChannelFields kind={kind} isNew />
          <FormEnd send="Add the channel" fault={fault} isBusy={isBusy} />
        </form>
      ) : (
        <div className={form.form}>
          <p>Give this signing secret to the receiver now. It is kept encrypted and cannot be shown again.</p>
          <CodeText text={secret} label="the secret" />
        </div>
      )}
    </Dialog>
  )
}
