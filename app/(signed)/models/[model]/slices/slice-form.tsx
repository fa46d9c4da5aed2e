'use client'
/** Owns asking for a slice: a name, one to three conditions, and how many stored records they take. */
import { type FormEvent, useState } from 'react'
import { type Draft, EMPTY_DRAFT, readDraft } from '@/app/(signed)/models/[model]/slices/condition-draft'
import { ConditionFields } from '@/app/(signed)/models/[model]/slices/condition-fields'
import { Button } from '@/app/components/button'
import { Fault, Field, fieldClass, inputClass } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { postJson } from '@/app/components/post-json'
import { useChange } from '@/app/components/use-change'
import { useViewer } from '@/app/components/viewer'
import type { SliceSuggestion } from '@/lib/queries/slices'

const MAX_CONDITIONS = 3

interface Preview {
  readonly matching: number
  readonly of: number
}

export function SliceForm({
  model,
  suggestions,
  names,
}: {
  model: string
  suggestions: readonly SliceSuggestion[]
  /** Of the slices that can be changed where no new one can be made; null: any name will do. */
  names: readonly string[] | null
}) {
  const noName = names?.[0] ?? ''
  const [name, setName] = useState(noName)
  const [drafts, setDrafts] = useState<readonly Draft[]>([EMPTY_DRAFT])
  const [preview, setPreview] = useState<Preview | null>(null)
  const { change, fault, setFault, isBusy } = useChange()
  const { csrfToken } = useViewer()
  const path = `/api/v1/models/${encodeURIComponent(model)}/slices`

  function edit(next: readonly Draft[]) {
    setDrafts(next)
    setPreview(null)
  }

  async function look() {
    setFault(null)
    const body = { conditions: drafts.map(readDraft) }
    const result = await postJson(`${path}/preview`, body, { csrfToken })
    if (result.ok) setPreview(result.data as Preview)
    else setFault(result.message)
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const result = await change(path, { name, conditions: drafts.map(readDraft) }, 'PUT')
    if (!result.ok) return
    setName(noName)
    edit([EMPTY_DRAFT])
  }

  return (
    <form className={form.form} onSubmit={submit}>
      {suggestions.length > 0 && (
        <fieldset className={form.group}>
          <legend className={form.legend}>Cut by something of few values</legend>
          <div className={form.row}>
            {suggestions.map((one) => (
              <Button
                key={`${one.on} ${one.name}`}
                type="button"
                size="small"
                onClick={() => {
                  const [value = ''] = one.values
                  edit([{ ...EMPTY_DRAFT, on: one.on, name: one.name, values: value }, ...drafts.slice(1)])
                  if (name === '') setName(value)
                }}
              >
                {one.on === 'tag' ? `tag ${one.name}` : one.name}
              </Button>
            ))}
          </div>
        </fieldset>
      )}
      {names === null ? (
        <Field
          label="Name"
          name="name"
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
          hint="The name of one that exists changes it."
        />
      ) : (
        <label className={fieldClass}>
          Slice
          <select
            className={inputClass}
            name="name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          >
            {names.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      {drafts.map((draft, index) => (
        <ConditionFields
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other identity
          key={index}
          index={index}
          draft={draft}
          suggestions={suggestions}
          onChange={(next) => edit(drafts.map((one, i) => (i === index ? next : one)))}
          onRemove={index === 0 ? null : () => edit(drafts.filter((_, i) => i !== index))}
        />
      ))}
      <Fault message={fault} />
      <div aria-live="polite">{preview && <p>{sayPreview(preview)}</p>}</div>
      <div className={form.row}>
        {drafts.length < MAX_CONDITIONS && (
          <Button type="button" onClick={() => edit([...drafts, EMPTY_DRAFT])}>
            And another condition
          </Button>
        )}
        <Button type="button" onClick={look}>
          How many records?
        </Button>
        <Button type="submit" look="primary" disabled={isBusy}>
          Save slice
        </Button>
      </div>
    </form>
  )
}

function sayPreview({ matching, of }: Preview): string {
  if (of === 0) return 'No record is stored yet.'
  const share = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 }).format(
    matching / of,
  )
  return `${matching.toLocaleString('en')} of the latest ${of.toLocaleString('en')} stored records lie in it (${share}).`
}
