'use client'
/** Owns changing how much the client of a key may send. */
import { type FormEvent, useState } from 'react'
import { type Quota, QuotaFields, readQuota } from '@/app/(signed)/settings/keys/quota-fields'
import { Button } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { useChange } from '@/app/components/use-change'

export function ChangeQuota({ keyId, name, quota }: { keyId: number; name: string; quota: Quota }) {
  const [isOpen, setOpen] = useState(false)
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const result = await change(
      `/api/v1/keys/${keyId}`,
      readQuota(new FormData(event.currentTarget)),
      'PATCH',
    )
    if (result.ok) setOpen(false)
  }

  return (
    <Dialog
      title={`How much ${name} may send`}
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button size="small" aria-label={`Change how much ${name} may send`}>
          Limit
        </Button>
      }
    >
      <form className={form.form} onSubmit={submit}>
        <QuotaFields quota={quota} />
        <FormEnd send="Save" fault={fault} isBusy={isBusy} />
      </form>
    </Dialog>
  )
}
