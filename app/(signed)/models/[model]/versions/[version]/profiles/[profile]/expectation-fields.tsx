'use client'
/** Owns expectations as form fields and back: an unticked one is dropped. */
import styles from '@/app/(signed)/models/[model]/versions/[version]/profiles/[profile]/profile.module.css'
import { Field } from '@/app/components/field'
import form from '@/app/components/form.module.css'
import type { Expectation } from '@/lib/domain/profile'

export function ExpectationFields({ expectations }: { expectations: readonly Expectation[] }) {
  return expectations.map((expectation) => (
    <fieldset key={expectation.kind} className={form.group}>
      <div className={form.choices}>
        <label>
          <input type="checkbox" name={`keep.${expectation.kind}`} defaultChecked />{' '}
          <strong>{expectation.kind}</strong>
        </label>
      </div>
      <Parameters expectation={expectation} />
    </fieldset>
  ))
}

function Parameters({ expectation }: { expectation: Expectation }) {
  switch (expectation.kind) {
    case 'presence':
      return (
        <Field
          label="Largest share missing (0 to 1)"
          name="presence.maxMissing"
          type="number"
          min={0}
          max={1}
          step="any"
          defaultValue={expectation.maxMissing}
        />
      )
    case 'range':
    case 'length':
      return (
        <div className={form.row}>
          <Field
            label="From"
            name={`${expectation.kind}.min`}
            type="number"
            step="any"
            defaultValue={readable(expectation.min)}
          />
          <Field
            label="To"
            name={`${expectation.kind}.max`}
            type="number"
            step="any"
            defaultValue={readable(expectation.max)}
          />
        </div>
      )
    case 'positive':
      return (
        <div className={form.choices}>
          <label>
            <input type="checkbox" name="positive.zeroAllowed" defaultChecked={expectation.zeroAllowed} />{' '}
            zero is fine too
          </label>
        </div>
      )
    case 'set':
      return (
        <label>
          <span className="visually-hidden">Allowed values, one a line</span>
          <textarea
            name="set.values"
            className={styles.values}
            defaultValue={expectation.values.join('\n')}
          />
        </label>
      )
    case 'type':
      return <p>{expectation.type}</p>
  }
}

/** Without the last digit, where arithmetic leaves its dust: 14.2053, not 14.205300000000001. */
function readable(value: number): number {
  return Number(value.toPrecision(15))
}

/** The expectations as edited, or a sentence about what is wrong. */
export function readExpectations(data: FormData, before: readonly Expectation[]): Expectation[] | string {
  const kept: Expectation[] = []
  for (const expectation of before) {
    if (data.get(`keep.${expectation.kind}`) === null) continue
    const edited = readOne(data, expectation)
    if (typeof edited === 'string') return edited
    kept.push(edited)
  }
  return kept
}

function readOne(data: FormData, expectation: Expectation): Expectation | string {
  const numberOf = (name: string) => Number.parseFloat(String(data.get(name) ?? ''))
  switch (expectation.kind) {
    case 'presence': {
      const maxMissing = numberOf('presence.maxMissing')
      return maxMissing >= 0 && maxMissing <= 1
        ? { ...expectation, maxMissing }
        : 'The share missing lies between 0 and 1.'
    }
    case 'range':
    case 'length': {
      const min = numberOf(`${expectation.kind}.min`)
      const max = numberOf(`${expectation.kind}.max`)
      return min <= max
        ? { ...expectation, min, max }
        : `The ${expectation.kind} must go from a smaller to a larger number.`
    }
    case 'positive':
      return { ...expectation, zeroAllowed: data.get('positive.zeroAllowed') !== null }
    case 'set': {
      const values = String(data.get('set.values') ?? '')
        .split('\n')
        .map((line) => line.replace(/\r$/, ''))
      const allowed = values.filter(
        (line, index) => line !== '' || (expectation.values.includes('') && index < values.length - 1),
      )
      return allowed.length > 0
        ? { ...expectation, values: [...new Set(allowed)] }
        : 'The set needs at least one value.'
    }
    case 'type':
      return expectation
  }
}
