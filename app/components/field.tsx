/** Owns one labelled input of a form, with its hint and its fault beneath. */
import { type InputHTMLAttributes, type ReactNode, useId } from 'react'
import styles from '@/app/components/field.module.css'

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string
  readonly hint?: ReactNode
  /** Words that may be taken, as one writes. */
  readonly suggestions?: readonly string[] | undefined
}

export function Field({ label, hint, suggestions, ...input }: FieldProps) {
  const id = useId()
  const list = suggestions ? { list: `${id}-list` } : {}
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        {...list}
        id={id}
        className={styles.input}
        aria-describedby={hint ? `${id}-hint` : undefined}
      />
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.map((word) => (
            <option key={word} value={word} />
          ))}
        </datalist>
      )}
      {hint && (
        <span id={`${id}-hint`} className={styles.hint}>
          {hint}
        </span>
      )}
    </div>
  )
}

/** The fault of a form, announced when it appears. */
export function Fault({ message }: { message: string | null }) {
  return (
    <p role="alert" className={message === null ? styles.noFault : styles.fault}>
      {message}
    </p>
  )
}

export const inputClass = styles.input ?? ''
export const fieldClass = styles.field ?? ''
