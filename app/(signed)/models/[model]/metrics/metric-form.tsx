'use client'
/** Owns defining a custom metric, or changing one: the expression with its live preview, unit, direction and limit. */
import { type FormEvent, useState } from 'react'
import { MetricPreview } from '@/app/(signed)/models/[model]/metrics/metric-preview'
import { useMetricPreview } from '@/app/(signed)/models/[model]/metrics/use-metric-preview'
import { Button } from '@/app/components/button'
import { Fault, Field, fieldClass, inputClass } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { Name } from '@/app/components/name'
import { useChange } from '@/app/components/use-change'
import {
  type CustomMetric,
  MAX_CUSTOM_NAME,
  MAX_CUSTOM_UNIT,
  MAX_EXPRESSION,
} from '@/lib/domain/custom-metric'
import { withinSlice } from '@/lib/expression/within-slice'

type Edited = Pick<
  CustomMetric,
  'name' | 'expression' | 'unit' | 'bad' | 'baseline' | 'fixedLimit' | 'revision' | 'slices'
>

export function MetricForm({
  model,
  edited,
  fields,
  functions,
  slices,
  sliceNames,
  hasWeeks,
}: {
  model: string
  /** null: a new one. */
  edited: Edited | null
  /** Names of fields as they are written. */
  fields: readonly string[]
  /** How functions are written. */
  functions: readonly string[]
  /** The model's slices that are kept up. */
  sliceNames: readonly string[]
  /** Those of them that can be written here, with their conditions. */
  slices: readonly { readonly name: string; readonly where: string }[]
  hasWeeks: boolean
}) {
  const [expression, setExpression] = useState(edited?.expression ?? '')
  const [unit, setUnit] = useState(edited?.unit ?? '')
  const [bad, setBad] = useState<string>(edited?.bad ?? 'both')
  const [saved, setSaved] = useState<string | null>(null)
  const { change, fault, isBusy } = useChange()
  const path = `/api/v1/models/${encodeURIComponent(model)}/metrics`
  const live = useMetricPreview(`${path}/preview`, expression)
  const isShare = /^\s*share\b/i.test(expression)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const text = (name: string) => String(data.get(name) ?? '').trim()
    const limit = text('limit')
    const name = edited?.name ?? text('name')
    const body = {
      name,
      expression: expression.trim(),
      unit: isShare || unit.trim() === '' ? null : unit.trim(),
      bad,
      baseline: text('baseline'),
      fixed_limit: limit === '' || bad === 'both' ? null : Number(limit),
      slices: data.getAll('slice').map(String),
      revision: edited?.revision ?? 0,
      why: text('why'),
    }
    const result = await change(path, body, 'PUT')
    setSaved(result.ok ? name : null)
    if (result.ok && !edited) setExpression('')
  }

  return (
    <form className={form.form} onSubmit={submit} onChange={() => setSaved(null)}>
      {!edited && (
        <Field label="Name" name="name" required maxLength={MAX_CUSTOM_NAME} placeholder="approval rate" />
      )}
      <Field
        label="Expression"
        value={expression}
        required
        maxLength={MAX_EXPRESSION}
        spellCheck={false}
        autoComplete="off"
        placeholder="share(prediction = 1 where latency < 500)"
        onChange={(event) => setExpression(event.target.value)}
        hint="mean, share, sum, count, min, max, p50, p90, p95 or p99 of an expression over one record, with an optional where. Names with blanks stand in double quotes, text in single ones."
      />
      {slices.length > 0 && (
        <fieldset className={form.group}>
          <legend className={form.legend}>Only the records of a slice</legend>
          <div className={form.row}>
            {slices.map(({ name, where }) => (
              <Button
                key={name}
                type="button"
                size="small"
                disabled={withinSlice(expression, where) === null}
                onClick={() => setExpression(withinSlice(expression, where) ?? expression)}
              >
                <Name>{name}</Name>
              </Button>
            ))}
          </div>
          {expression.trim() === '' && (
            <p className={form.hint}>
              Write an expression, then press a slice: its conditions are added to it.
            </p>
          )}
        </fieldset>
      )}
      <details>
        <summary>Fields and functions</summary>
        <p>
          {fields.map((name) => (
            <span key={name}>
              <code>
                <bdi>{name}</bdi>
              </code>{' '}
            </span>
          ))}
        </p>
        <ul>
          {functions.map((usage) => (
            <li key={usage}>
              <code>{usage}</code>
            </li>
          ))}
        </ul>
      </details>
      <Fault message={live.fault} />
      {live.preview && (
        <MetricPreview preview={live.preview} unit={unit} isShare={isShare} isStale={live.isBusy} />
      )}
      <div className={form.pairs}>
        <label className={fieldClass}>
          Bad when it
          <select className={inputClass} value={bad} onChange={(event) => setBad(event.target.value)}>
            <option value="both">moves either way</option>
            <option value="up">rises</option>
            <option value="down">falls</option>
          </select>
        </label>
        <label className={fieldClass}>
          Compared with
          <select className={inputClass} name="baseline" defaultValue={edited?.baseline ?? 'trailing'}>
            <option value="trailing">Earlier windows</option>
            {hasWeeks && <option value="same_hour_of_week">The same hour of earlier weeks</option>}
            <option value="none">Nothing, only its limit</option>
          </select>
        </label>
        {bad !== 'both' && (
          <Field
            label="Limit, if it is to be set by hand"
            name="limit"
            type="number"
            min={0}
            step="any"
            defaultValue={edited?.fixedLimit ?? ''}
            hint={isShare ? 'A share from 0 to 1' : undefined}
          />
        )}
        {!isShare && (
          <Field
            label="Unit"
            value={unit}
            maxLength={MAX_CUSTOM_UNIT}
            placeholder="EUR"
            onChange={(event) => setUnit(event.target.value)}
          />
        )}
      </div>
      {sliceNames.length > 0 && (
        <fieldset className={form.group}>
          <legend className={form.legend}>Counted and judged in these slices too</legend>
          <div className={form.choices}>
            {sliceNames.map((name) => (
              <label key={name}>
                <input
                  type="checkbox"
                  name="slice"
                  value={name}
                  defaultChecked={edited?.slices?.includes(name) ?? false}
                />
                <Name>{name}</Name>
              </label>
            ))}
          </div>
          <p className={form.hint}>
            Each has a chart and a monitor of its own, and its alerts are those of the slice.
          </p>
        </fieldset>
      )}
      <Field label="Why" name="why" maxLength={1_000} hint="Kept with the change, for those who come later" />
      <Fault message={fault} />
      <div className={form.row}>
        <Button
          type="submit"
          look="primary"
          disabled={isBusy || live.isBusy || live.fault !== null || live.preview === null}
        >
          {edited ? 'Save the change' : 'Save the metric'}
        </Button>
        <span aria-live="polite">
          {saved !== null && !isBusy && (
            <>
              Saved. <bdi>{saved}</bdi> is counted from the log that is kept.
            </>
          )}
        </span>
      </div>
    </form>
  )
}
