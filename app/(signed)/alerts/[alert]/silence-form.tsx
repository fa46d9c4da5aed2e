'use client'
/** Owns asking how long and why an alert, of a model or of Plumbline itself, is to be quiet. */
import type { FormEvent } from 'react'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { readSilenceLength, SilenceLength } from '@/app/components/silence-length'
import { useChange } from '@/app/components/use-change'

export function SilenceForm({ path, hint, onDone }: { path: string; hint: string; onDone: () => void }) {
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const result = await change(path, {
      duration_ms: readSilenceLength(data),
      reason: String(data.get('reason') ?? ''),
    })
    if (result.ok) onDone()
  }

  return (
    <form className={form.form} onSubmit={submit}>
      <SilenceLength />
      <Field label="Why" name="reason" required maxLength={500} hint={hint} />
      <FormEnd send="Silence" fault={fault} isBusy={isBusy} />
    </form>
  )
}
