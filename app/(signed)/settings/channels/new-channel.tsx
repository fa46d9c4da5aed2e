'use client'
/** Owns adding a webhook and showing its signing secret once. */
import { type FormEvent, useState } from 'react'
import { Button } from '@/app/components/button'
import { CodeText } from '@/app/components/code-text'
import { Dialog } from '@/app/components/dialog'
import { Fault, Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { readText } from '@/app/components/read-text'
import { useChange } from '@/app/components/use-change'

export function NewChannel() {
  const [isOpen, setOpen] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const result = await change('/api/v1/channels', { name: data.get('name'), url: data.get('url') })
    if (result.ok) setSecret(readText(result.data, 'secret'))
  }

  return (
    <Dialog
      title="New channel"
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open)
        if (!open) setSecret(null)
      }}
      trigger={<Button look="primary">New channel</Button>}
    >
      {secret === null ? (
        <form className={form.form} onSubmit={submit}>
          <Field label="Name" name="name" required maxLength={100} />
          <Field
            label="Webhook address"
            name="url"
            type="url"
            required
            hint="Private and loopback addresses are refused unless PLUMBLINE_OUTBOUND_ALLOW names them."
          />
          <Fault message={fault} />
          <div className={form.row}>
            <Button type="submit" look="primary" disabled={isBusy}>
              Add the channel
            </Button>
          </div>
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
