'use client'
/** Owns where the sign of life goes. */
import { type FormEvent, useState } from 'react'
import { Button } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { useChange } from '@/app/components/use-change'

const PATH = '/api/v1/heartbeat'

export function HeartbeatForm({ isOn, everyMinutes }: { isOn: boolean; everyMinutes: number }) {
  const [isOpen, setOpen] = useState(false)
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const body = { url: data.get('url'), every_minutes: Number(data.get('every')) }
    const result = await change(PATH, body, 'PUT')
    if (result.ok) setOpen(false)
  }

  return (
    <div className={form.row}>
      <Dialog
        title="Sign of life"
        open={isOpen}
        onOpenChange={setOpen}
        trigger={<Button size="small">{isOn ? 'Send it elsewhere' : 'Set it up'}</Button>}
      >
        <form className={form.form} onSubmit={submit}>
          <Field
            label="Address to call"
            name="url"
            type="url"
            required
            autoComplete="off"
            hint="Of a watcher outside, such as a check of Healthchecks or a push monitor of Uptime Kuma. Kept encrypted."
          />
          <Field
            label="Every … minutes"
            name="every"
            type="number"
            min={1}
            max={1440}
            required
            defaultValue={everyMinutes}
          />
          <FormEnd send="Save" fault={fault} isBusy={isBusy} />
        </form>
      </Dialog>
      {isOn && (
        <Button size="small" disabled={isBusy} onClick={() => change(PATH, { url: null }, 'PUT')}>
          Switch the sign of life off
        </Button>
      )}
    </div>
  )
}
