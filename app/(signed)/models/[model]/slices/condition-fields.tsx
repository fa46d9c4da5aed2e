'use client'
/** Owns the fields of one condition of a slice. */
import type { Draft } from '@/app/(signed)/models/[model]/slices/condition-draft'
import { Button } from '@/app/components/button'
import { Choice } from '@/app/components/choice'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import type { SliceSuggestion } from '@/lib/queries/slices'

const SUBJECTS = [
  ['feature', 'Feature'],
  ['output', 'Output'],
  ['tag', 'Tag'],
] as const satisfies readonly (readonly [Draft['on'], string])[]

const CONDITIONS = [
  ['in', 'is one of'],
  ['range', 'is a number from … to below …'],
  ['missing', 'is missing'],
] as const satisfies readonly (readonly [Draft['op'], string])[]

const ENDS = [
  ['atLeast', 'From'],
  ['below', 'To below'],
] as const

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
  const change = (part: Partial<Draft>) => onChange({ ...draft, ...part })
  const known = suggestions.filter(({ on }) => on === draft.on)
  return (
    <fieldset className={form.group}>
      <legend className={form.legend}>{index === 0 ? 'Records with' : 'and'}</legend>
      <div className={form.pairs}>
        <Choice
          label="What"
          value={draft.on}
          options={SUBJECTS}
          onChange={(on) => change({ on, name: '' })}
        />
        <Field
          label="Called"
          required
          maxLength={200}
          suggestions={known.map(({ name }) => name)}
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
          hint={draft.on === 'output' ? 'prediction or score' : undefined}
        />
        <Choice label="Condition" value={draft.op} options={CONDITIONS} onChange={(op) => change({ op })} />
        {draft.op === 'in' && (
          <Field
            label="Values"
            required
            maxLength={2_000}
            suggestions={known.find(({ name }) => name === draft.name)?.values ?? []}
            value={draft.values}
            onChange={(event) => change({ values: event.target.value })}
            hint="Separated by commas"
          />
        )}
        {draft.op === 'range' &&
          ENDS.map(([end, label]) => (
            <Field
              key={end}
              label={label}
              type="number"
              step="any"
              value={draft[end]}
              onChange={(event) => change({ [end]: event.target.value })}
            />
          ))}
      </div>
      {onRemove && (
        <Button type="button" size="small" onClick={onRemove}>
          Leave this condition out
        </Button>
      )}
    </fieldset>
  )
}
