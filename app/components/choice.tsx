/** Owns one labelled choice of a form among a few words. */
import { fieldClass, inputClass } from '@/app/components/field'

/** @param options what may be chosen, with the words for it, in the order in which they stand */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: T
  options: readonly (readonly [T, string])[]
  onChange: (value: T) => void
}) {
  return (
    <label className={fieldClass}>
      {label}
      <select
        className={inputClass}
        value={value}
        onChange={(event) => {
          const chosen = options.find(([id]) => id === event.target.value)
          if (chosen) onChange(chosen[0])
        }}
      >
        {options.map(([id, text]) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
