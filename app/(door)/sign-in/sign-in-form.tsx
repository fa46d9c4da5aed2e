'use client'
/** Owns the sign-in form. */
import { type FormEvent, useState } from 'react'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import { postJson } from '@/app/components/post-json'

export function SignInForm({ next }: { next: string }) {
  const [fault, setFault] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    setBusy(true)
    const result = await postJson('/api/v1/session', {
      name: data.get('name'),
      password: data.get('password'),
    })
    if (result.ok) {
      // A whole new page: everything the browser kept belonged to nobody.
      window.location.assign(next)
      return
    }
    setBusy(false)
    setFault(result.message)
  }

  return (
    <form className={form.form} onSubmit={submit} method="post">
      <Field label="Name" name="name" autoComplete="username" required autoFocus />
      <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      <FormEnd send="Sign in" fault={fault} isBusy={isBusy} />
    </form>
  )
}
