'use client'
/** Owns editing what is done to the fields of a model, with a look at what it would make of the last records. */
import { useState } from 'react'
import { FieldRow } from '@/app/(signed)/models/[model]/settings/field-row'
import styles from '@/app/(signed)/models/[model]/settings/field-rules.module.css'
import { RecordPreview } from '@/app/(signed)/models/[model]/settings/record-preview'
import { usePreview } from '@/app/(signed)/models/[model]/settings/use-preview'
import { Button } from '@/app/components/button'
import { Fault, Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { useChange } from '@/app/components/use-change'
import type { FieldRule } from '@/lib/domain/field-rule'
import { matchesSearch } from '@/lib/domain/search'

/** Rows that do nothing are shown for every field that came, so that a rule is one choice away. */
const UNTOUCHED = { to: null, treatment: 'keep' } as const

/** Of more fields than these some are shown, until a part of a name is given. */
const MANY = 40

export function FieldRules({
  model,
  rules,
  revision,
}: {
  model: string
  rules: readonly FieldRule[]
  revision: number
}) {
  const [drafts, setDrafts] = useState<readonly FieldRule[]>(rules)
  const [added, setAdded] = useState('')
  const [search, setSearch] = useState('')
  const [isSaved, setSaved] = useState(false)
  const { change, fault, isBusy } = useChange()
  const path = `/api/v1/models/${encodeURIComponent(model)}/mapping`
  const wanted = drafts.filter(({ to, treatment }) => to !== null || treatment !== 'keep')
  const preview = usePreview(`${path}/preview`, wanted)
  const came = new Map(
    preview.records.flatMap(({ before }) => before.map((field) => [field.path, field.value])),
  )
  const all = [...new Set([...came.keys(), ...drafts.map((draft) => draft.path)])]
  const found = all.filter((path) => matchesSearch(search, [path]))
  // A short list keeps its order: a row that jumps away under the hand is worse than one far down.
  const paths = all.length > MANY ? [...found].sort(touchedFirst(rules)).slice(0, MANY) : found

  function put(next: FieldRule) {
    setSaved(false)
    setDrafts((before) => [...before.filter((draft) => draft.path !== next.path), next])
  }

  async function save() {
    const result = await change(path, { rules: wanted, revision }, 'PUT')
    setSaved(result.ok)
  }

  return (
    <div className={form.form}>
      {all.length > MANY && (
        <Field
          label="Find a field"
          type="search"
          value={search}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => setSearch(event.target.value)}
          hint={`${paths.length} of ${all.length} fields are shown, those with a rule first.`}
        />
      )}
      {all.length === 0 ? (
        <p className={styles.quiet}>
          {preview.isReady
            ? 'No record of this model has come yet. Name a field, or send a record first: its fields appear here.'
            : 'Looking for the last records …'}
        </p>
      ) : (
        <ul className={styles.rows} aria-label="Fields of the last records">
          <li className={styles.head} aria-hidden="true">
            <span>Field</span>
            <span>What is kept of it</span>
            <span>Goes to</span>
          </li>
          {paths.map((one) => (
            <FieldRow
              key={one}
              rule={drafts.find((draft) => draft.path === one) ?? { path: one, ...UNTOUCHED }}
              value={came.get(one) ?? null}
              onChange={put}
            />
          ))}
        </ul>
      )}
      <form
        className={styles.add}
        onSubmit={(event) => {
          event.preventDefault()
          const name = added.trim()
          if (name !== '' && !all.includes(name)) put({ path: name, ...UNTOUCHED })
          setSearch(all.length > MANY ? name : '')
          setAdded('')
        }}
      >
        <Field
          label="A field that is not listed"
          value={added}
          maxLength={400}
          placeholder="features.email"
          onChange={(event) => setAdded(event.target.value)}
          hint="Names with dots between. A group stands for everything inside of it."
        />
        <Button type="submit">Add the field</Button>
      </form>
      <Fault message={preview.fault ?? fault} />
      <RecordPreview records={preview.records} isStale={preview.isBusy} />
      <div className={form.row}>
        <Button look="primary" disabled={isBusy || preview.fault !== null} onClick={save}>
          Save the rules
        </Button>
        <span aria-live="polite">
          {isSaved && !isBusy ? 'Saved. They hold for records that arrive from now on.' : ''}
        </span>
      </div>
    </div>
  )
}

/** Keeps the order of the record among those with a rule, and among those without. */
function touchedFirst(rules: readonly FieldRule[]): (a: string, b: string) => number {
  const touched = new Set(rules.map(({ path }) => path))
  return (a, b) => Number(touched.has(b)) - Number(touched.has(a))
}
