'use client'
/** Owns the form that makes the first administrator. */
import { type FormEvent, useState } from 'react'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { postJson } from '@/app/components/post-json'

export function ClaimForm({ token }: { token: string | null }) {
  const [fault, setFault] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    setBusy(true)
    const result = await postJson('/api/v1/setup', {
      token: token ?? data.get('token'),
      name: data.get('name'),
      password: data.get('password'),
    })
    if (result.ok) {
      window.location.assign('/')
      return
    }
    setBusy(false)
    setFault(result.message)
  }

  return (
    <form className={form.form} onSubmit={submit} method="post">
      {token === null && (
        <Field
          label="Set-up token"
          name="token"
          required
          autoComplete="off"
          hint="It stands in the server's log, in the line with the set-up link."
        />
      )}
      <Field label="Name" name="name" autoComplete="username" required defaultValue="admin" />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={12}
        required
        hint="At least 12 characters."
      />
      <FormEnd send="Create the administrator" fault={fault} isBusy={isBusy} />
    </form>
  )
}
