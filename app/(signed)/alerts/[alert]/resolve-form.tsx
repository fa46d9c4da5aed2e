'use client'
/** Owns asking why an alert is over: whoever meets the same trouble later reads it. */
import type { FormEvent } from 'react'
import { alertApiPath } from '@/app/components/api-paths'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { useChange } from '@/app/components/use-change'

export function ResolveForm({ alertId, onDone }: { alertId: number; onDone: () => void }) {
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const note = String(new FormData(event.currentTarget).get('note') ?? '')
    const result = await change(alertApiPath(alertId, 'resolve'), { note })
    if (result.ok) onDone()
  }

  return (
    <form className={form.form} onSubmit={submit}>
      <p>
        It ends for everybody who was told. While the same breach goes on it stays closed; a new one opens it
        again.
      </p>
      <Field
        label="Why"
        name="note"
        required
        maxLength={1_000}
        hint="What it was, and what was done. Shown when the same happens again."
      />
      <FormEnd send="Resolve" fault={fault} isBusy={isBusy} />
    </form>
  )
}
