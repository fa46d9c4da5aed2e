'use client'
/** Owns the form of a monitor: every setting, tried on stored history before it is saved. */
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { JudgingNote } from '@/app/(signed)/monitors/[monitor]/judging-note'
import { LimitFields } from '@/app/(signed)/monitors/[monitor]/limit-fields'
import styles from '@/app/(signed)/monitors/[monitor]/monitor.module.css'
import { PolicyFields } from '@/app/(signed)/monitors/[monitor]/policy-fields'
import { readSettings } from '@/app/(signed)/monitors/[monitor]/read-settings'
import { type Tested, TestedChart } from '@/app/(signed)/monitors/[monitor]/tested-chart'
import { Button } from '@/app/components/button'
import { Fault, Field, fieldClass, inputClass } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { postJson } from '@/app/components/post-json'
import { useChange } from '@/app/components/use-change'
import { useViewer } from '@/app/components/viewer'
import { isCustom, type MetricUnit } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'
import type { SuggestedLimit } from '@/lib/queries/suggest-limit'

const BASELINES = [
  ['training', 'The reference profile'],
  ['trailing', 'The week before'],
  ['same_hour_of_week', 'The same hour of earlier weeks'],
] as const

/** Custom metrics have no reference. */
const CUSTOM_BASELINES = [
  ['trailing', 'Earlier windows'],
  ['same_hour_of_week', 'The same hour of earlier weeks'],
  ['none', 'Nothing, only its limit'],
] as const

const UNIT_WORDS: Partial<Record<MetricUnit, string>> = {
  share: ', a share from 0 to 1',
  ms: ', in ms',
  bytes: ', in bytes',
  per_second: ', a second',
  characters: ', in characters',
}

export function MonitorForm({
  monitor,
  unit,
  methods,
  canHaveReference,
  canHaveHourOfWeek,
  canHaveLimit,
  isBadBelow,
  suggestion,
  fallback,
  isEditable,
  zone,
}: {
  monitor: Monitor
  unit: MetricUnit
  methods: readonly { readonly id: string; readonly name: string; readonly effectFloor: number }[]
  canHaveReference: boolean
  canHaveHourOfWeek: boolean
  canHaveLimit: boolean
  /** The metric is bad when it falls. */
  isBadBelow: boolean
  suggestion: SuggestedLimit
  /** What holds where the monitor says nothing. */
  fallback: { readonly owner: string | null; readonly runbookUrl: string | null }
  isEditable: boolean
  zone: string
}) {
  const place = useRef<HTMLFormElement>(null)
  const [floor, setFloor] = useState(String(monitor.effectFloor))
  const [tested, setTested] = useState<Tested | null>(null)
  const [isTesting, setTesting] = useState(false)
  const [isSaved, setSaved] = useState(false)
  const { change, fault, setFault, isBusy } = useChange()
  const { csrfToken } = useViewer()
  const path = `/api/v1/monitors/${monitor.id}`
  const asked = useRef<AbortController | null>(null)
  // Nobody waits for it once the page is left.
  useEffect(() => () => asked.current?.abort(), [])

  async function tryOut() {
    if (!place.current?.reportValidity()) return
    const wait = new AbortController()
    asked.current = wait
    setTesting(true)
    setFault(null)
    const body = readSettings(new FormData(place.current), monitor)
    const result = await postJson(`${path}/back-test`, body, { csrfToken, signal: wait.signal })
    setTesting(false)
    if (wait.signal.aborted) return
    if (result.ok) setTested(result.data as Tested)
    else setFault(result.message)
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const why = String(data.get('why') ?? '').trim()
    const result = await change(path, { ...readSettings(data, monitor), why }, 'PATCH')
    setSaved(result.ok)
  }

  const share = unit === 'share' ? ' (a share from 0 to 1)' : ''
  return (
    <form
      ref={place}
      className={`${form.form} ${styles.form}`}
      onSubmit={submit}
      onChange={() => {
        setSaved(false)
        setTested(null)
      }}
    >
      <fieldset className={`${form.group} ${form.form}`} disabled={!isEditable}>
        <div className={form.choices}>
          <label>
            <input type="checkbox" name="enabled" defaultChecked={monitor.enabled} />
            Judge every window
          </label>
        </div>
        <div className={styles.pair}>
          <label className={fieldClass}>
            How loud
            <select className={inputClass} name="severity" defaultValue={monitor.severity}>
              <option value="warning">Warning</option>
              <option value="critical">Critical</option>
            </select>
          </label>
          {(monitor.method !== null || isCustom(monitor.metric)) && (
            <label className={fieldClass}>
              Compared with
              <select className={inputClass} name="baseline" defaultValue={monitor.baseline}>
                {(isCustom(monitor.metric) ? CUSTOM_BASELINES : BASELINES)
                  .filter(([id]) => id !== 'training' || canHaveReference)
                  .filter(([id]) => id !== 'same_hour_of_week' || canHaveHourOfWeek)
                  .map(([id, text]) => (
                    <option key={id} value={id}>
                      {text}
                    </option>
                  ))}
              </select>
            </label>
          )}
          {methods.length > 0 && (
            <label className={fieldClass}>
              By which distance
              <select
                className={inputClass}
                name="method"
                defaultValue={monitor.method ?? ''}
                onChange={(event) => {
                  const chosen = methods.find(({ id }) => id === event.target.value)
                  if (chosen) setFloor(String(chosen.effectFloor))
                }}
              >
                {methods.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <Field
            label={`Smallest effect that counts${share}`}
            name="effectFloor"
            type="number"
            min={0}
            step="any"
            required
            value={floor}
            onChange={(event) => setFloor(event.target.value)}
          />
        </div>
        {canHaveLimit && (
          <LimitFields
            fixedLimit={monitor.fixedLimit}
            label={`${isBadBelow ? 'Lowest' : 'Highest'} value that is fine${UNIT_WORDS[unit] ?? ''}`}
            suggestion={suggestion}
          />
        )}
        <PolicyFields policy={monitor.policy} />
        <div className={styles.pair}>
          <Field
            label="Owner"
            name="owner"
            maxLength={200}
            defaultValue={monitor.owner ?? ''}
            placeholder={fallback.owner ?? ''}
            hint="If empty, that of the model."
          />
          <Field
            label="Runbook"
            name="runbookUrl"
            type="url"
            maxLength={2_000}
            defaultValue={monitor.runbookUrl ?? ''}
            placeholder={fallback.runbookUrl ?? ''}
            hint="If empty, that of the model."
          />
        </div>
        {isEditable && <Field label="Why" name="why" maxLength={1_000} hint="Kept with the change." />}
      </fieldset>
      <Fault message={fault} />
      <div className={form.row}>
        <Button type="button" onClick={tryOut} disabled={isTesting || isBusy}>
          {isTesting ? 'Judging the past …' : 'Try on the last 30 days'}
        </Button>
        {isTesting && (
          <Button type="button" onClick={() => asked.current?.abort()}>
            Stop
          </Button>
        )}
        {isEditable && (
          <Button type="submit" look="primary" disabled={isBusy}>
            Save
          </Button>
        )}
        <span aria-live="polite">
          {isTesting && <JudgingNote />}
          {isSaved && !isBusy ? 'Saved.' : ''}
        </span>
      </div>
      <div aria-live="polite">
        {tested && <TestedChart tested={tested} unit={unit} isBadBelow={isBadBelow} zone={zone} />}
      </div>
      {!isEditable && <p>Only administrators can change these; trying them out is open to all.</p>}
    </form>
  )
}
