'use client'
/** Owns asking who looks after an alert. */
import type { FormEvent } from 'react'
import { alertApiPath } from '@/app/components/api-paths'
import { Button } from '@/app/components/button'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { useChange } from '@/app/components/use-change'
import { useViewer } from '@/app/components/viewer'

export function AssignForm({
  alertId,
  assignee,
  onDone,
}: {
  alertId: number
  assignee: string | null
  onDone: () => void
}) {
  const { change, fault, isBusy } = useChange()
  const { name } = useViewer()

  async function assign(to: string | null) {
    const result = await change(alertApiPath(alertId, 'assign'), { assignee: to })
    if (result.ok) onDone()
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    await assign(String(new FormData(event.currentTarget).get('assignee') ?? ''))
  }

  return (
    <form className={form.form} onSubmit={submit}>
      <Field
        label="Who"
        name="assignee"
        required
        maxLength={200}
        defaultValue={assignee ?? ''}
        hint="A person or a team; shown on the alert."
      />
      <FormEnd send="Assign" fault={fault} isBusy={isBusy}>
        <Button type="button" disabled={isBusy} onClick={() => assign(name)}>
          Take it myself
        </Button>
        {assignee !== null && (
          <Button type="button" disabled={isBusy} onClick={() => assign(null)}>
            Nobody
          </Button>
        )}
      </FormEnd>
    </form>
  )
}
