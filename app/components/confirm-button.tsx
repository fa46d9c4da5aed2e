'use client'
/** Owns a change that cannot be undone: it is asked about first. */
import { useState } from 'react'
import { Button } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import { Fault } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { useChange } from '@/app/components/use-change'

export function ConfirmButton({
  text,
  label,
  question,
  path,
  method,
}: {
  text: string
  label: string
  question: string
  path: string
  method: 'POST' | 'DELETE'
}) {
  const [isOpen, setOpen] = useState(false)
  const { change, fault, isBusy } = useChange()
  return (
    <Dialog
      title={label}
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button size="small" look="danger" aria-label={label}>
          {text}
        </Button>
      }
    >
      <div className={form.form}>
        <p>{question}</p>
        <Fault message={fault} />
        <div className={form.row}>
          <Button
            look="danger"
            disabled={isBusy}
            onClick={async () => {
              const result = await change(path, undefined, method)
              if (result.ok) setOpen(false)
            }}
          >
            {text}
          </Button>
          <Button onClick={() => setOpen(false)}>Keep it</Button>
        </div>
      </div>
    </Dialog>
  )
}
