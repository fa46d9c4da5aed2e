/** Owns the choice of how long a silence lasts, in a form of its own. */
import form from '@/app/components/form.module.css'

const HOUR_MS = 3_600_000
const USUAL_HOURS = 4
const CHOICES = [
  [1, '1 hour'],
  [USUAL_HOURS, '4 hours'],
  [24, '1 day'],
  [168, '1 week'],
  [720, '30 days'],
] as const

export function SilenceLength() {
  return (
    <fieldset className={form.group}>
      <legend className={form.legend}>For how long</legend>
      <div className={form.choices}>
        {CHOICES.map(([hours, text]) => (
          <label key={hours}>
            <input type="radio" name="hours" value={hours} defaultChecked={hours === USUAL_HOURS} />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** What was chosen, in milliseconds. */
export function readSilenceLength(data: FormData): number {
  return Number(data.get('hours')) * HOUR_MS
}
