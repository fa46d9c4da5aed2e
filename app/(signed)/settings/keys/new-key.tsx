'use client'
/** Owns making a key and showing its secret once. */
import { type FormEvent, useState } from 'react'
import { QuotaFields, readQuota } from '@/app/(signed)/settings/keys/quota-fields'
import { SecretDialog } from '@/app/(signed)/settings/keys/secret-dialog'
import { Button } from '@/app/components/button'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { readText } from '@/app/components/read-text'
import { useChange } from '@/app/components/use-change'

const SCOPES = [
  ['ingest', 'ingest: send records and labels'],
  ['read', 'read: see everything, change nothing'],
  ['metrics', 'metrics: let Prometheus read /metrics, nothing else'],
  ['admin', 'admin: everything'],
] as const

export function NewKey() {
  const [secret, setSecret] = useState<string | null>(null)
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const result = await change('/api/v1/keys', {
      name: data.get('name'),
      scopes: data.getAll('scopes'),
      ...readQuota(data),
    })
    if (result.ok) setSecret(readText(result.data, 'secret') ?? readText(result.data, 'key'))
  }

  return (
    <SecretDialog
      title="New key"
      secret={secret}
      label="the key"
      forget={() => setSecret(null)}
      trigger={<Button look="primary">New key</Button>}
    >
      <form className={form.form} onSubmit={submit}>
        <Field
          label="Name"
          name="name"
          required
          maxLength={100}
          hint="What will use it, for example: vector on prod-3."
        />
        <fieldset className={form.group}>
          <legend className={form.legend}>It may</legend>
          <div className={form.choices}>
            {SCOPES.map(([scope, text]) => (
              <label key={scope}>
                <input type="checkbox" name="scopes" value={scope} defaultChecked={scope === 'ingest'} />
                {text}
              </label>
            ))}
          </div>
        </fieldset>
        <details>
          <summary>Limit what it may send</summary>
          <div className={form.form}>
            <QuotaFields />
          </div>
        </details>
        <FormEnd send="Make the key" fault={fault} isBusy={isBusy} />
      </form>
    </SecretDialog>
  )
}
