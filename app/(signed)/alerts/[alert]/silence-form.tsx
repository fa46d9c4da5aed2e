'use client'
/** Owns asking how long and why an alert is to be quiet. */
import type { FormEvent } from 'react'
import { alertApiPath } from '@/app/components/api-paths'
import { Button } from '@/app/components/button'
import { Fault, Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { useChange } from '@/app/components/use-change'

const CHOICES = [
  [1, '1 hour'],
  [4, '4 hours'],
  [24, '1 day'],
  [168, '1 week'],
  [720, '30 days'],
] as const

export function SilenceForm({ alertId, onDone }: { alertId: number; onDone: () => void }) {
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const result = await change(alertApiPath(alertId, 'silence'), {
      duration_ms: Number(data.get('hours')) * 3_600_000,
      reason: String(data.get('reason') ?? ''),
    })
    if (result.ok) onDone()
  }

  return (
    <form className={form.form} onSubmit={submit}>
      <fieldset className={form.group}>
        <legend className={form.legend}>For how long</legend>
        <div className={form.choices}>
          {CHOICES.map(([hours, text]) => (
            <label key={hours}>
              <input type="radio" name="hours" value={hours} defaultChecked={hours === 4} />
              {text}
            </label>
          ))}
        </div>
      </fieldset>
      <Field
        label="Why"
        name="reason"
        required
        maxLength={500}
        hint="Shown on the alert; it is still evaluated."
      />
      <Fault message={fault} />
      <div className={form.row}>
        <Button type="submit" look="primary" disabled={isBusy}>
          Silence
        </Button>
      </div>
    </form>
  )
}
