'use client'
/** Owns the form that makes the first administrator. */
import type { FormEvent } from 'react'
import { useEntry } from '@/app/(door)/use-entry'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'

export function ClaimForm({ token }: { token: string | null }) {
  const { enter, fault, isBusy } = useEntry()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const person = { name: data.get('name'), password: data.get('password') }
    await enter('/api/v1/setup', { token: token ?? data.get('token'), ...person }, '/')
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
