'use client'
/** Owns the form of a model's settings. */
import { type FormEvent, useState } from 'react'
import { BudgetCost } from '@/app/(signed)/models/[model]/settings/budget-cost'
import styles from '@/app/(signed)/models/[model]/settings/settings.module.css'
import { Button } from '@/app/components/button'
import { Fault, Field, inputClass } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { useChange } from '@/app/components/use-change'
import { CADENCE_WORDS } from '@/lib/domain/cadence-words'
import type { ModelSettings } from '@/lib/domain/model'
import { BUDGET_RANGE, CADENCE_PRESETS } from '@/lib/domain/model-choices'
import { CADENCES, type Cadence } from '@/lib/domain/time'
import type { Watched } from '@/lib/monitor/say-budget'

const MINUTE_MS = 60_000
const PRESETS = [
  ['fast', 'Fast: traffic by the second, 5-minute windows'],
  ['normal', 'Normal: hourly windows'],
  ['slow', 'Slow: batches, daily windows'],
] as const

export function SettingsForm({
  model,
  settings,
  watched,
  isEditable,
}: {
  model: string
  settings: ModelSettings
  /** What the newest version is judged by; null while it has no reference. */
  watched: Watched | null
  isEditable: boolean
}) {
  const [cadence, setCadence] = useState<Cadence>(settings.cadence)
  const [lateness, setLateness] = useState(String(settings.allowedLatenessMs / MINUTE_MS))
  const [budget, setBudget] = useState(String(settings.falseAlarmBudget))
  const [validation, setValidation] = useState(settings.validation)
  const [isSaved, setSaved] = useState(false)
  const { change, fault, isBusy } = useChange()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const text = (name: string) => String(data.get(name) ?? '').trim() || null
    const result = await change(
      `/api/v1/models/${encodeURIComponent(model)}/settings`,
      {
        cadence,
        allowedLatenessMs: Math.round(Number.parseFloat(lateness) * MINUTE_MS),
        falseAlarmBudget: Number.parseFloat(budget),
        validation,
        owner: text('owner'),
        runbookUrl: text('runbookUrl'),
      },
      'PUT',
    )
    setSaved(result.ok)
  }

  return (
    <form className={`${form.form} ${styles.settings}`} onSubmit={submit} onChange={() => setSaved(false)}>
      <fieldset className={form.group} disabled={!isEditable}>
        <legend className={form.legend}>How fast its world changes</legend>
        <div className={styles.presets}>
          {PRESETS.map(([name, text]) => (
            <label key={name}>
              <input
                type="radio"
                name="preset"
                checked={CADENCE_PRESETS[name].cadence === cadence}
                onChange={() => {
                  setCadence(CADENCE_PRESETS[name].cadence)
                  setLateness(String(CADENCE_PRESETS[name].allowedLatenessMs / MINUTE_MS))
                }}
              />
              {text}
            </label>
          ))}
        </div>
      </fieldset>
      <label className={styles.field}>
        Length of one window
        <select
          className={inputClass}
          value={cadence}
          disabled={!isEditable}
          onChange={(event) => {
            const next = CADENCES.find((one) => one === event.target.value)
            if (next) setCadence(next)
          }}
        >
          {CADENCES.map((one) => (
            <option key={one} value={one}>
              {CADENCE_WORDS[one]}
            </option>
          ))}
        </select>
      </label>
      <Field
        label="Wait for late records (minutes)"
        type="number"
        min={0}
        max={10_080}
        step="any"
        value={lateness}
        disabled={!isEditable}
        onChange={(event) => setLateness(event.target.value)}
        hint="A window is judged this long after its end; records that come later revise it."
      />
      <Field
        label="False alarms allowed in a fortnight"
        type="number"
        min={BUDGET_RANGE[0]}
        max={BUDGET_RANGE[1]}
        step="any"
        required
        value={budget}
        disabled={!isEditable}
        onChange={(event) => setBudget(event.target.value)}
        hint={<BudgetCost budget={Number.parseFloat(budget)} cadence={cadence} watched={watched} />}
      />
      <label className={styles.field}>
        Records checked before a prediction
        <select
          className={inputClass}
          value={validation}
          disabled={!isEditable}
          onChange={(event) => setValidation(event.target.value === 'strict' ? 'strict' : 'log_only')}
        >
          <option value="strict">Refuse what the reference does not expect</option>
          <option value="log_only">Accept everything, and count what was not expected</option>
        </select>
      </label>
      <Field
        label="Owner"
        name="owner"
        maxLength={200}
        defaultValue={settings.owner ?? ''}
        disabled={!isEditable}
        hint="Who is asked first; shown on alerts."
      />
      <Field
        label="Runbook"
        name="runbookUrl"
        type="url"
        defaultValue={settings.runbookUrl ?? ''}
        disabled={!isEditable}
        hint="Address of what to do; linked from alerts."
      />
      <Fault message={fault} />
      {isEditable ? (
        <div className={form.row}>
          <Button type="submit" look="primary" disabled={isBusy}>
            Save
          </Button>
          <span aria-live="polite">{isSaved && !isBusy ? 'Saved.' : ''}</span>
        </div>
      ) : (
        <p>Only administrators can change these.</p>
      )}
    </form>
  )
}
