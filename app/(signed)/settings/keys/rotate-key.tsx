'use client'
/** Owns giving a client a new key while the old one works on, and showing the new secret once. */
import { type FormEvent, useState } from 'react'
import { SecretDialog } from '@/app/(signed)/settings/keys/secret-dialog'
import { Button } from '@/app/components/button'
import { inputClass } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { readText } from '@/app/components/read-text'
import { useChange } from '@/app/components/use-change'

const GRACES = [
  ['1', 'an hour'],
  ['24', 'a day'],
  ['168', 'a week'],
  ['never', 'until I revoke it'],
] as const

export function RotateKey({
  keyId,
  name,
  isOffered,
}: {
  keyId: number
  name: string
  /** Not once there is a new one; the dialog that shows it stays. */
  isOffered: boolean
}) {
  const [secret, setSecret] = useState<string | null>(null)
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const grace = String(new FormData(event.currentTarget).get('grace'))
    const result = await change(`/api/v1/keys/${keyId}/rotate`, {
      grace_hours: grace === 'never' ? null : Number(grace),
    })
    if (result.ok) setSecret(readText(result.data, 'secret'))
  }

  return (
    <SecretDialog
      title={`New key for ${name}`}
      secret={secret}
      label="the new key"
      forget={() => setSecret(null)}
      trigger={
        isOffered ? (
          <Button size="small" aria-label={`Replace the key ${name}`}>
            Replace
          </Button>
        ) : undefined
      }
    >
      <form className={form.form} onSubmit={submit}>
        <p>Both keys work while you change them over, so that nothing is refused meanwhile.</p>
        <label>
          The old key works for{' '}
          <select name="grace" className={inputClass} defaultValue="24">
            {GRACES.map(([hours, words]) => (
              <option key={hours} value={hours}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <FormEnd send="Make the new key" fault={fault} isBusy={isBusy} />
      </form>
    </SecretDialog>
  )
}
