/** Owns how a form ends: the fault of the last try, then the button that sends it, and others beside that. */
import type { ReactNode } from 'react'
import { Button } from '@/app/components/button'
import { Fault } from '@/app/components/field'
import form from '@/app/components/form.module.css'

export function FormEnd(props: {
  /** What the button that sends the form says. */
  readonly send: string
  readonly fault: string | null
  readonly isBusy: boolean
  readonly children?: ReactNode
}) {
  return (
    <>
      <Fault message={props.fault} />
      <div className={form.row}>
        <Button type="submit" look="primary" disabled={props.isBusy}>
          {props.send}
        </Button>
        {props.children}
      </div>
    </>
  )
}
