'use client'
/** Owns the sign-in form. */
import type { FormEvent } from 'react'
import { useEntry } from '@/app/(door)/use-entry'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'

export function SignInForm({ next }: { next: string }) {
  const { enter, fault, isBusy } = useEntry()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    await enter('/api/v1/session', { name: data.get('name'), password: data.get('password') }, next)
  }

  return (
    <form className={form.form} onSubmit={submit} method="post">
      <Field label="Name" name="name" autoComplete="username" required autoFocus />
      <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      <FormEnd send="Sign in" fault={fault} isBusy={isBusy} />
    </form>
  )
}
