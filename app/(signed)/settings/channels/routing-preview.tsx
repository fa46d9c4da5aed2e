'use client'
/** Owns asking who would hear of an alert, before it is there. */
import { type FormEvent, useState } from 'react'
import styles from '@/app/(signed)/settings/channels/channels.module.css'
import { Button } from '@/app/components/button'
import { Fault, Field, fieldClass, inputClass } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { postJson } from '@/app/components/post-json'
import { useViewer } from '@/app/components/viewer'
import { CAUSES } from '@/lib/domain/monitor'

interface Preview {
  readonly channels: readonly { readonly name: string; readonly route: string | null }[]
  readonly is_default: boolean
}

export function RoutingPreview({ models }: { models: readonly string[] }) {
  const { csrfToken } = useViewer()
  const [answer, setAnswer] = useState<string | null>(null)
  const [fault, setFault] = useState<string | null>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const text = (name: string) => String(data.get(name) ?? '').trim()
    const at = text('at')
    const body = {
      model: text('model') || null,
      severity: text('severity'),
      cause: text('cause'),
      owner: text('owner') || null,
      slice: text('slice') || null,
      ...(at === '' ? {} : { at: new Date(at).toISOString() }),
    }
    const result = await postJson('/api/v1/alert-routes/preview', body, { method: 'POST', csrfToken })
    setFault(result.ok ? null : result.message)
    setAnswer(result.ok ? sayPreview(result.data as Preview) : null)
  }

  return (
    <form className={form.form} onSubmit={submit}>
      <div className={styles.asked}>
        <Field label="Model" name="model" suggestions={models} autoComplete="off" />
        <Choice label="Severity" name="severity" options={['critical', 'warning']} />
        <Choice label="Cause" name="cause" options={CAUSES} />
        <Field label="Owner" name="owner" autoComplete="off" />
        <Field label="Slice" name="slice" autoComplete="off" />
        <Field label="When, in your time; empty is now" name="at" type="datetime-local" />
        <Button type="submit">Who would hear of it?</Button>
      </div>
      <p aria-live="polite">{answer}</p>
      <Fault message={fault} />
    </form>
  )
}

function Choice({ label, name, options }: { label: string; name: string; options: readonly string[] }) {
  const id = `preview-${name}`
  return (
    <div className={fieldClass}>
      <label htmlFor={id}>{label}</label>
      <select id={id} name={name} className={inputClass}>
        {options.map((option) => (
          <option key={option} value={option}>
            {option.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </div>
  )
}

function sayPreview({ channels, is_default }: Preview): string {
  if (channels.length === 0) return 'Nobody would be told.'
  const names = channels.map(({ name, route }) => (route === null ? name : `${name} (by ${route})`))
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return is_default ? `No route decides: ${list} would hear of it.` : `${list} would hear of it.`
}
