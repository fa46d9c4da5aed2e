'use client'
/** Owns asking what to silence, how long and why, with a look at what it would keep quiet. */
import { type FormEvent, useRef, useState } from 'react'
import { Button } from '@/app/components/button'
import { Dialog } from '@/app/components/dialog'
import { Fault, Field, fieldClass, inputClass } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import { postJson } from '@/app/components/post-json'
import { readSilenceLength, SilenceLength } from '@/app/components/silence-length'
import { useChange } from '@/app/components/use-change'
import { useViewer } from '@/app/components/viewer'
import { CAUSES } from '@/lib/domain/monitor'

const NAMES = [
  ['models', 'Models'],
  ['versions', 'Versions'],
  ['owners', 'Owners'],
  ['columns', 'Columns'],
  ['slices', 'Slices'],
] as const

interface Preview {
  readonly open: readonly { readonly id: number; readonly title: string }[]
  readonly past_week: number
}

export function NewSilence() {
  const [isOpen, setOpen] = useState(false)
  return (
    <Dialog
      title="Silence what matches"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<Button>New silence…</Button>}
    >
      <NewSilenceForm onDone={() => setOpen(false)} />
    </Dialog>
  )
}

function NewSilenceForm({ onDone }: { onDone: () => void }) {
  const place = useRef<HTMLFormElement>(null)
  const [preview, setPreview] = useState<Preview | null>(null)
  const { change, fault, setFault, isBusy } = useChange()
  const { csrfToken } = useViewer()

  async function look() {
    if (!place.current) return
    const body = { matchers: readMatchers(new FormData(place.current)) }
    const result = await postJson('/api/v1/silences/preview', body, { csrfToken })
    if (result.ok) setPreview(result.data as Preview)
    else setFault(result.message)
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const result = await change('/api/v1/silences', {
      matchers: readMatchers(data),
      reason: String(data.get('reason') ?? ''),
      duration_ms: readSilenceLength(data),
    })
    if (result.ok) onDone()
  }

  return (
    <form ref={place} className={form.form} onSubmit={submit} onChange={() => setPreview(null)}>
      <p className={form.hint}>Names separated by commas; * stands for anything. Empty: all.</p>
      <div className={form.pairs}>
        {NAMES.map(([name, label]) => (
          <Field key={name} label={label} name={name} maxLength={2_000} />
        ))}
        <label className={fieldClass}>
          Cause
          <select className={inputClass} name="cause" defaultValue="">
            <option value="">Any</option>
            {CAUSES.map((cause) => (
              <option key={cause} value={cause}>
                {cause.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        </label>
        <label className={fieldClass}>
          Severity
          <select className={inputClass} name="severity" defaultValue="">
            <option value="">Any</option>
            <option value="warning">Warnings only</option>
            <option value="critical">Critical only</option>
          </select>
        </label>
      </div>
      <SilenceLength />
      <Field label="Why" name="reason" required maxLength={500} />
      <Fault message={fault} />
      <div aria-live="polite">{preview && <p>{sayPreview(preview)}</p>}</div>
      <div className={form.row}>
        <Button type="button" onClick={look}>
          What would it silence?
        </Button>
        <Button type="submit" look="primary" disabled={isBusy}>
          Silence
        </Button>
      </div>
    </form>
  )
}

function readMatchers(data: FormData): Record<string, string[]> {
  const words = (name: string) =>
    String(data.get(name) ?? '')
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '')
  const matchers = Object.fromEntries(NAMES.map(([name]) => [name, words(name)]))
  return { ...matchers, causes: words('cause'), severities: words('severity') }
}

function sayPreview({ open, past_week: past }: Preview): string {
  const now =
    open.length === 0
      ? 'No open alert matches.'
      : `${open.length} open ${open.length === 1 ? 'alert matches' : 'alerts match'}: ${open
          .slice(0, 3)
          .map(({ title }) => title)
          .join('; ')}${open.length > 3 ? ' …' : '.'}`
  return past === 0 ? now : `${now} In the last week it would have kept ${past} more quiet.`
}
