'use client'
/** Owns the fields of one condition of a slice. */
import type { Draft } from '@/app/(signed)/models/[model]/slices/condition-draft'
import { Button } from '@/app/components/button'
import { Field, fieldClass, inputClass } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import type { SliceSuggestion } from '@/lib/queries/slices'

export function ConditionFields({
  index,
  draft,
  suggestions,
  onChange,
  onRemove,
}: {
  index: number
  draft: Draft
  suggestions: readonly SliceSuggestion[]
  onChange: (draft: Draft) => void
  onRemove: (() => void) | null
}) {
  const known = suggestions.find(({ on, name }) => on === draft.on && name === draft.name)
  const names = suggestions.filter(({ on }) => on === draft.on).map(({ name }) => name)
  return (
    <fieldset className={form.group}>
      <legend className={form.legend}>{index === 0 ? 'Records with' : 'and'}</legend>
      <div className={form.pairs}>
        <label className={fieldClass}>
          What
          <select
            className={inputClass}
            value={draft.on}
            onChange={(event) => onChange({ ...draft, on: readSubject(event.target.value), name: '' })}
          >
            <option value="feature">Feature</option>
            <option value="output">Output</option>
            <option value="tag">Tag</option>
          </select>
        </label>
        <Field
          label="Called"
          required
          maxLength={200}
          list={`slice-names-${index}`}
          value={draft.name}
          onChange={(event) => onChange({ ...draft, name: event.target.value })}
          hint={draft.on === 'output' ? 'prediction or score' : undefined}
        />
        <label className={fieldClass}>
          Condition
          <select
            className={inputClass}
            value={draft.op}
            onChange={(event) => onChange({ ...draft, op: readOp(event.target.value) })}
          >
            <option value="in">is one of</option>
            <option value="range">is a number from … to below …</option>
            <option value="missing">is missing</option>
          </select>
        </label>
        {draft.op === 'in' && (
          <Field
            label="Values"
            required
            maxLength={2_000}
            list={`slice-values-${index}`}
            value={draft.values}
            onChange={(event) => onChange({ ...draft, values: event.target.value })}
            hint="Separated by commas"
          />
        )}
        {draft.op === 'range' && (
          <>
            <Field
              label="From"
              type="number"
              step="any"
              value={draft.atLeast}
              onChange={(event) => onChange({ ...draft, atLeast: event.target.value })}
            />
            <Field
              label="To below"
              type="number"
              step="any"
              value={draft.below}
              onChange={(event) => onChange({ ...draft, below: event.target.value })}
            />
          </>
        )}
      </div>
      <datalist id={`slice-names-${index}`}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id={`slice-values-${index}`}>
        {known?.values.map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
      {onRemove && (
        <Button type="button" size="small" onClick={onRemove}>
          Leave this condition out
        </Button>
      )}
    </fieldset>
  )
}

function readSubject(text: string): Draft['on'] {
  return text === 'output' || text === 'tag' ? text : 'feature'
}

function readOp(text: string): Draft['op'] {
  return text === 'range' || text === 'missing' ? text : 'in'
}
