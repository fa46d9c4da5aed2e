'use client'
/** Owns making a draft profile the active one, after saying what that means. */
import { useState } from 'react'
import { profileApiPath } from '@/app/components/api-paths'
import { Button } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import { Fault } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { useChange } from '@/app/components/use-change'

export function ActivateButton({
  model,
  version,
  profileId,
}: {
  model: string
  version: string
  profileId: number
}) {
  const [isOpen, setOpen] = useState(false)
  const [isDifferent, setDifferent] = useState(false)
  const { change, fault, isBusy } = useChange()

  async function activate() {
    const path = `${profileApiPath(model, version, profileId)}/activate`
    const result = await change(path, { confirmDifferences: isDifferent })
    if (result.ok) setOpen(false)
    else setDifferent(result.status === 409)
  }
  return (
    <Dialog
      title="Activate this profile"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<Button look="primary">Activate</Button>}
    >
      <div className={form.form}>
        <p>
          From now on, live windows of this version are compared with it, and monitors are made for every
          column. It cannot be edited afterwards; a new upload makes the next revision.
        </p>
        <Fault message={fault} />
        <div className={form.row}>
          <Button look="primary" disabled={isBusy} onClick={activate}>
            {isDifferent ? 'Activate anyway' : 'Activate now'}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
