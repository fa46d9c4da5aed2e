'use client'
/** Owns what people do with an alert of Plumbline about itself: take it, or keep it quiet for a while. */
import { type FormEvent, useState } from 'react'
import { Button } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import { Fault, Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { readSilenceLength, SilenceLength } from '@/app/components/silence-length'
import { useChange } from '@/app/components/use-change'

interface Acted {
  readonly id: number
  readonly title: string
}

export function SelfAlertActions({ alert, isTaken }: { alert: Acted; isTaken: boolean }) {
  const [isOpen, setOpen] = useState(false)
  const { change, fault, isBusy } = useChange()
  return (
    <div className={form.row}>
      {!isTaken && (
        <Button
          size="small"
          disabled={isBusy}
          aria-label={`Acknowledge: ${alert.title}`}
          onClick={() => change(`/api/v1/self-alerts/${alert.id}/acknowledge`, {})}
        >
          Acknowledge
        </Button>
      )}
      <Dialog
        title="Silence"
        open={isOpen}
        onOpenChange={setOpen}
        trigger={
          <Button size="small" aria-label={`Silence: ${alert.title}`}>
            Silence…
          </Button>
        }
      >
        <SilenceSelf id={alert.id} onDone={() => setOpen(false)} />
      </Dialog>
      {fault !== null && <Fault message={fault} />}
    </div>
  )
}

function SilenceSelf({ id, onDone }: { id: number; onDone: () => void }) {
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const body = { duration_ms: readSilenceLength(data), reason: String(data.get('reason') ?? '') }
    const result = await change(`/api/v1/self-alerts/${id}/silence`, body)
    if (result.ok) onDone()
  }

  return (
    <form className={form.form} onSubmit={submit}>
      <SilenceLength />
      <Field label="Why" name="reason" required maxLength={500} hint="Shown here; it is still looked at." />
      <FormEnd send="Silence" fault={fault} isBusy={isBusy} />
    </form>
  )
}
