'use client'
/** Owns asking how long and why an alert is to be quiet. */
import type { FormEvent } from 'react'
import { alertApiPath } from '@/app/components/api-paths'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { readSilenceLength, SilenceLength } from '@/app/components/silence-length'
import { useChange } from '@/app/components/use-change'

export function SilenceForm({ alertId, onDone }: { alertId: number; onDone: () => void }) {
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const result = await change(alertApiPath(alertId, 'silence'), {
      duration_ms: readSilenceLength(data),
      reason: String(data.get('reason') ?? ''),
    })
    if (result.ok) onDone()
  }

  return (
    <form className={form.form} onSubmit={submit}>
      <SilenceLength />
      <Field
        label="Why"
        name="reason"
        required
        maxLength={500}
        hint="Shown on the alert; it is still evaluated."
      />
      <FormEnd send="Silence" fault={fault} isBusy={isBusy} />
    </form>
  )
}
