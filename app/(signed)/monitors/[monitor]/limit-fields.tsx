'use client'
/** Owns choosing between the calibrated limit and one set by hand, with the one that marked alerts suggest. */
import { useState } from 'react'
import { saySuggestion } from '@/app/(signed)/monitors/[monitor]/say-suggestion'
import { Button } from '@/app/components/button'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import type { SuggestedLimit } from '@/lib/queries/suggest-limit'

export function LimitFields({
  fixedLimit,
  label,
  suggestion,
}: {
  fixedLimit: number | null
  /** Of the limit itself, with its unit. */
  label: string
  suggestion: SuggestedLimit
}) {
  const [isByHand, setByHand] = useState(fixedLimit !== null)
  const [limit, setLimit] = useState(fixedLimit === null ? '' : String(fixedLimit))
  const choice = (value: string, text: string, chosen: boolean) => (
    <label>
      <input
        type="radio"
        name="limitBy"
        value={value}
        checked={chosen}
        onChange={() => setByHand(value === 'hand')}
      />
      {text}
    </label>
  )
  return (
    <fieldset className={form.group}>
      <legend className={form.legend}>Limit</legend>
      <div className={form.choices}>
        {choice('calibration', 'Calibrated for the records of each window', !isByHand)}
        {choice('hand', 'Set by hand', isByHand)}
      </div>
      {isByHand && (
        <Field
          label={label}
          name="fixedLimit"
          type="number"
          min={0}
          step="any"
          required
          value={limit}
          onChange={(event) => setLimit(event.target.value)}
        />
      )}
      <Suggestion
        suggestion={suggestion}
        onTake={(value) => {
          setByHand(true)
          setLimit(String(value))
        }}
      />
    </fieldset>
  )
}

/** What the alerts that people marked would have it be. */
function Suggestion({ suggestion, onTake }: { suggestion: SuggestedLimit; onTake: (limit: number) => void }) {
  const sentence = saySuggestion(suggestion)
  const { limit } = suggestion
  if (sentence === null) return null
  return (
    <p className={form.row}>
      {sentence}
      {limit !== null && (
        <Button type="button" onClick={() => onTake(limit)}>
          Use it
        </Button>
      )}
    </p>
  )
}
