'use client'
/** Owns writing something to an alert for those who come after. */
import { type FormEvent, useRef } from 'react'
import styles from '@/app/(signed)/alerts/[alert]/alert-page.module.css'
import { alertApiPath } from '@/app/components/api-paths'
import { Button } from '@/app/components/button'
import { Fault, fieldClass, inputClass } from '@/app/components/field'
import { useChange } from '@/app/components/use-change'

export function CommentForm({ alertId }: { alertId: number }) {
  const { change, fault, isBusy } = useChange()
  const place = useRef<HTMLFormElement>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const text = String(new FormData(event.currentTarget).get('text') ?? '')
    const result = await change(alertApiPath(alertId, 'comment'), { text })
    if (result.ok) place.current?.reset()
  }

  return (
    <form ref={place} className={styles.comment} onSubmit={submit}>
      <label className={fieldClass}>
        Comment
        <textarea className={inputClass} name="text" rows={2} required maxLength={4_000} />
      </label>
      <Fault message={fault} />
      <Button type="submit" disabled={isBusy}>
        Add
      </Button>
    </form>
  )
}
