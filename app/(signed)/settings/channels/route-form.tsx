'use client'
/** Owns the form of one route. */
import { type FormEvent, useState } from 'react'
import styles from '@/app/(signed)/settings/channels/channels.module.css'
import { type ChannelName, DAY_NAMES } from '@/app/(signed)/settings/channels/route-words'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { FormEnd } from '@/app/components/form-end'
import type { AlertRoute } from '@/lib/domain/alert-route'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000

export function RouteForm({
  route,
  channels,
  fault,
  isBusy,
  onSave,
}: {
  /** null: a new one. */
  route: AlertRoute | null
  channels: readonly ChannelName[]
  fault: string | null
  isBusy: boolean
  onSave: (route: unknown) => void
}) {
  const [hasHours, setHours] = useState(route !== null && route.hours !== null)
  return (
    <form
      className={form.form}
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault()
        onSave(readRoute(new FormData(event.currentTarget), hasHours))
      }}
    >
      <Field
        label="Name"
        name="name"
        required
        maxLength={100}
        defaultValue={route?.name}
        autoComplete="off"
      />
      <Field
        label="Models"
        name="models"
        defaultValue={route?.models.join(', ')}
        hint="With commas; * stands for anything. Empty: all, and alerts of Plumbline about itself."
      />
      <Field
        label="Owners"
        name="owners"
        defaultValue={route?.owners.join(', ')}
        hint="As set for the model."
      />
      <Field
        label="Slices"
        name="slices"
        defaultValue={route?.slices.join(', ')}
        hint="Only alerts of these slices. Empty: all, and alerts of whole versions."
      />
      <Field
        label="Causes"
        name="causes"
        defaultValue={route?.causes.join(', ')}
        hint="Such as no_data, schema, input_drift, quality, undeliverable."
      />
      <Choices
        legend="Severity"
        name="severities"
        options={[
          ['critical', 'critical'],
          ['warning', 'warning'],
        ]}
        chosen={route?.severities ?? []}
        hint="None: both."
      />
      <Choices
        legend="Leads to"
        name="channels"
        options={channels.map(({ id, name }) => [String(id), name])}
        chosen={route?.channels.map(String) ?? []}
        hint="None: nobody is told."
      />
      <div className={form.choices}>
        <label>
          <input type="checkbox" checked={hasHours} onChange={(event) => setHours(event.target.checked)} />
          Only at certain hours
        </label>
        <label>
          <input type="checkbox" name="continues" defaultChecked={route?.continues} />
          Look at the next routes too
        </label>
      </div>
      {hasHours && (
        <>
          <Choices
            legend="Days on which it begins"
            name="days"
            options={DAY_NAMES.map((name, index) => [String(index + 1), name])}
            chosen={(route?.hours?.days ?? [1, 2, 3, 4, 5]).map(String)}
          />
          <div className={form.row}>
            <Clock label="From" name="from" value={route?.hours?.from ?? '09:00'} />
            <Clock label="To" name="to" value={route?.hours?.to ?? '17:00'} />
            <Field
              label="Time zone"
              name="timeZone"
              required
              defaultValue={route?.hours?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone}
            />
          </div>
        </>
      )}
      <div className={form.row}>
        <Length
          label="First after … seconds"
          name="wait"
          limits={[0, 3_600]}
          ms={route?.groupWaitMs}
          unitMs={SECOND_MS}
          hint="Empty: 30."
        />
        <Length
          label="Next after … minutes"
          name="interval"
          limits={[1, 1_440]}
          ms={route?.groupIntervalMs}
          unitMs={MINUTE_MS}
          hint="Empty: 5."
        />
        <Length
          label="Repeat after … minutes"
          name="repeat"
          limits={[5, 10_080]}
          ms={route?.repeatMs}
          unitMs={MINUTE_MS}
          hint="While nobody is on it. Empty: 4 hours when critical, a day for a warning."
        />
      </div>
      <Choices
        legend="Told together"
        name="groupBy"
        options={GROUPINGS}
        chosen={route?.groupBy === undefined ? [] : route.groupBy.length === 0 ? ['all'] : route.groupBy}
        hint="Alerts that share what is chosen leave as one message. None: by model."
      />
      <FormEnd send="Save the route" fault={fault} isBusy={isBusy} />
    </form>
  )
}

/** A number of seconds or minutes; empty where the usual one holds. */
function Length({
  label,
  name,
  limits: [min, max],
  ms,
  unitMs,
  hint,
}: {
  label: string
  name: string
  limits: readonly [number, number]
  ms: number | undefined
  unitMs: number
  hint: string
}) {
  const value = ms === undefined ? undefined : ms / unitMs
  return (
    <Field
      label={label}
      name={name}
      type="number"
      min={min}
      max={max}
      step="any"
      defaultValue={value}
      hint={hint}
    />
  )
}

/** A time of day as text: pickers leave out 24:00, and write it as each browser likes. */
function Clock({ label, name, value }: { label: string; name: string; value: string }) {
  return (
    <Field
      label={label}
      name={name}
      required
      pattern="([01]\d|2[0-3]):[0-5]\d|24:00"
      title="A time like 09:00"
      size={6}
      defaultValue={value}
    />
  )
}

function Choices({
  legend,
  name,
  options,
  chosen,
  hint,
}: {
  legend: string
  name: string
  options: readonly (readonly [string, string])[]
  chosen: readonly string[]
  hint?: string
}) {
  return (
    <fieldset className={form.group}>
      <legend className={form.legend}>{legend}</legend>
      <div className={form.choices}>
        {options.map(([value, text]) => (
          <label key={value}>
            <input type="checkbox" name={name} value={value} defaultChecked={chosen.includes(value)} />
            <bdi>{text}</bdi>
          </label>
        ))}
      </div>
      {hint && <p className={styles.beneath}>{hint}</p>}
    </fieldset>
  )
}

const GROUPINGS: readonly (readonly [string, string])[] = [
  ['model', 'by model'],
  ['version', 'by version'],
  ['cause', 'by cause'],
  ['severity', 'by severity'],
  ['owner', 'by owner'],
  ['all', 'all of a channel'],
  ['alert', 'none: each alone'],
]

/** The route as the API takes it. */
function readRoute(data: FormData, hasHours: boolean): object {
  const text = (name: string) => String(data.get(name) ?? '').trim()
  const words = (name: string) =>
    text(name)
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '')
  const length = (name: string, key: string, unitMs: number) =>
    text(name) === '' ? {} : { [key]: Math.round(Number(text(name)) * unitMs) }
  const groupBy = data.getAll('groupBy')
  return {
    name: text('name'),
    models: words('models'),
    owners: words('owners'),
    slices: words('slices'),
    causes: words('causes'),
    severities: data.getAll('severities'),
    channels: data.getAll('channels').map(Number),
    continues: data.get('continues') !== null,
    hours: hasHours
      ? {
          timeZone: text('timeZone'),
          days: data.getAll('days').map(Number),
          from: text('from'),
          to: text('to'),
        }
      : null,
    ...length('wait', 'groupWaitMs', SECOND_MS),
    ...length('interval', 'groupIntervalMs', MINUTE_MS),
    ...length('repeat', 'repeatMs', MINUTE_MS),
    ...(groupBy.length === 0 ? {} : { groupBy: groupBy.includes('all') ? [] : groupBy }),
  }
}
