'use client'
/** Owns one field in the editor of rules: its name, its last value, and what is done to it. */
import styles from '@/app/(signed)/models/[model]/settings/field-rules.module.css'
import { TREATMENT_WORDS } from '@/app/(signed)/models/[model]/settings/treatment-words'
import { inputClass } from '@/app/components/field'
import type { FieldRule, Treatment } from '@/lib/domain/field-rule'

const TREATMENT_NAMES = Object.keys(TREATMENT_WORDS) as readonly Treatment[]

export function FieldRow({
  rule,
  value,
  onChange,
}: {
  rule: FieldRule
  /** Its value in one of the last records, or null. */
  value: string | null
  onChange: (rule: FieldRule) => void
}) {
  const isTouched = rule.treatment !== 'keep' || rule.to !== null
  return (
    <li className={isTouched ? `${styles.row} ${styles.touched}` : styles.row}>
      <span className={styles.name}>
        <bdi>{rule.path}</bdi>
        {value !== null && (
          <span className={styles.value}>
            <bdi>{value}</bdi>
          </span>
        )}
      </span>
      <select
        className={inputClass}
        aria-label={`What is kept of ${rule.path}`}
        value={rule.treatment}
        onChange={(event) => {
          const treatment = TREATMENT_NAMES.find((name) => name === event.target.value)
          if (treatment) onChange({ ...rule, treatment })
        }}
      >
        {TREATMENT_NAMES.map((name) => (
          <option key={name} value={name}>
            {TREATMENT_WORDS[name]}
          </option>
        ))}
      </select>
      <input
        className={inputClass}
        aria-label={`Where ${rule.path} goes`}
        placeholder="where it is"
        value={rule.to ?? ''}
        maxLength={400}
        onChange={(event) => onChange({ ...rule, to: event.target.value === '' ? null : event.target.value })}
      />
    </li>
  )
}
