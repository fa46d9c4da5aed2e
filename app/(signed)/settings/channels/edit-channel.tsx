'use client'
/** Owns changing a channel: what is left empty stays, and secrets are written, never read. */
import { type FormEvent, useState } from 'react'
import { ChannelFields, readChannelForm } from '@/app/(signed)/settings/channels/channel-fields'
import { Button } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { useChange } from '@/app/components/use-change'
import type { ChannelKind, ChannelSettings } from '@/lib/domain/channel'

export function EditChannel({
  channelId,
  kind,
  name,
  settings,
}: {
  channelId: number
  kind: ChannelKind
  name: string
  settings: ChannelSettings
}) {
  const [isOpen, setOpen] = useState(false)
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const body = readChannelForm(new FormData(event.currentTarget))
    const result = await change(`/api/v1/channels/${channelId}`, body, 'PATCH')
    if (result.ok) setOpen(false)
  }

  return (
    <Dialog
      title="Change the channel"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button size="small" aria-label={`Change the channel ${name}`}>
          Change
        </Button>
      }
    >
      <form className={form.form} onSubmit={submit}>
        <ChannelFields kind={kind} name={name} settings={settings} isNew={false} />
        <FormEnd send="Save" fault={fault} isBusy={isBusy}>
          <Button onClick={() => setOpen(false)}>Keep it as it is</Button>
        </FormEnd>
      </form>
    </Dialog>
  )
}
