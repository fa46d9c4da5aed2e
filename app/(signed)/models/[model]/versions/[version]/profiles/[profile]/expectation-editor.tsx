'use client'
/** Owns editing what a draft expects of one column. */
import { type FormEvent, useState } from 'react'
import {
  ExpectationFields,
  readExpectations,
} from '@/app/(signed)/models/[model]/versions/[version]/profiles/[profile]/expectation-fields'
import { profileApiPath } from '@/app/components/api-paths'
import { Button } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { useChange } from '@/app/components/use-change'
import type { Expectation } from '@/lib/domain/profile'

export function ExpectationEditor(props: {
  model: string
  version: string
  profileId: number
  /** Key of the column: `input:income`. */
  column: string
  name: string
  expectations: readonly Expectation[]
}) {
  const [isOpen, setOpen] = useState(false)
  const { change, fault, setFault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const read = readExpectations(new FormData(event.currentTarget), props.expectations)
    if (typeof read === 'string') {
      setFault(read)
      return
    }
    const path = `${profileApiPath(props.model, props.version, props.profileId)}/expectations`
    const result = await change(path, { column: props.column, expectations: read }, 'PATCH')
    if (result.ok) setOpen(false)
  }

  return (
    <Dialog
      title={`Expectations of ${props.name}`}
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button size="small" aria-label={`Edit the expectations of ${props.name}`}>
          Edit
        </Button>
      }
    >
      <form className={form.form} onSubmit={submit}>
        <ExpectationFields expectations={props.expectations} />
        <FormEnd send="Save" fault={fault} isBusy={isBusy} />
      </form>
    </Dialog>
  )
}
