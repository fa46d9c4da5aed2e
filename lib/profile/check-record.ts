/**
 * Owns checking one record against the expectations of a profile: per field what was expected and what came, as a
 * code for machines and a sentence for the person who filled it in. A value is missing, of another type, out of range
 * or unknown here exactly where a window counts it so.
 */
import { columnKey, LATENCY, PREDICTION, SCORE } from '@/lib/domain/column'
import type { ColumnProfile, Expectation, Profile } from '@/lib/domain/profile'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { categoryLabel, isOfType, labelOfType } from '@/lib/summary/category-label'

export const FINDING_CODES = [
  'missing',
  'wrong_type',
  'out_of_range',
  'not_positive',
  'not_allowed',
  'wrong_length',
  'unknown_feature',
] as const
export type FindingCode = (typeof FINDING_CODES)[number]

export interface Finding {
  /** `features.income`, `prediction`, `prediction_score`, `latency_ms`. */
  readonly field: string
  readonly code: FindingCode
  /** What was expected, in words. */
  readonly expected: string
  /** What came, as text; null for nothing. */
  readonly got: string | null
  readonly message: string
  /** A note refuses nothing. */
  readonly severity: 'fault' | 'note'
}

type Check = (value: number | string | boolean) => readonly [FindingCode, string] | null

interface FieldCheck {
  readonly field: string
  readonly name: string
  /** Whether the record must have it. */
  readonly isNeeded: boolean
  readonly read: (record: PredictionRecord) => Scalar | undefined
  readonly checks: readonly Check[]
}

export type RecordCheck = (record: PredictionRecord) => Finding[]

const MAX_SHOWN_VALUES = 8
const MAX_SHOWN_LENGTH = 80
/** Features that no profile knows are noted; more than these are noise. */
const MAX_NOTES = 20

/** One function for all expectations of a profile. */
export function compileChecks(profile: Profile): RecordCheck {
  const fields = profile.columns.flatMap((column) => fieldCheckOf(column) ?? [])
  const features = new Set(profile.columns.filter(({ family }) => family === 'input').map(({ name }) => name))
  return (record) => {
    const findings: Finding[] = []
    for (const field of fields) {
      const finding = checkField(field, record)
      if (finding !== null) findings.push(finding)
    }
    let notes = 0
    for (const name of Object.keys(record.f)) {
      if (features.has(name) || ++notes > MAX_NOTES) continue
      findings.push(unknownFeature(name, record.f[name]))
    }
    return findings
  }
}

function checkField(
  { field, name, isNeeded, read, checks }: FieldCheck,
  record: PredictionRecord,
): Finding | null {
  const value = read(record)
  if (value === undefined || value === null || value === '') {
    if (!isNeeded) return null
    const message = `“${name}” is missing, and is needed.`
    return {
      field,
      code: 'missing',
      expected: 'a value',
      got: value === '' ? '' : null,
      message,
      severity: 'fault',
    }
  }
  for (const check of checks) {
    const failed = check(value)
    if (failed === null) continue
    const [code, expected] = failed
    const got = shown(value)
    const message = `“${name}” should be ${expected}, but ${typeof value === 'string' ? `“${got}”` : got} was sent.`
    return { field, code, expected, got, message, severity: 'fault' }
  }
  return null
}

function fieldCheckOf(column: ColumnProfile): FieldCheck | null {
  const { name } = column
  const checks = checksOf(column)
  const common = { name, checks, isNeeded: false }
  if (column.role === 'feature') {
    const isNeeded = column.expectations.some((one) => one.kind === 'presence' && one.maxMissing === 0)
    const read = ({ f }: PredictionRecord) => (Object.hasOwn(f, name) ? f[name] : undefined)
    return { ...common, isNeeded, field: `features.${name}`, read }
  }
  // What the model says is not asked for before it has said it.
  switch (columnKey(column)) {
    case `output:${PREDICTION}`:
      return { ...common, field: 'prediction', read: ({ p }) => p }
    case `output:${SCORE}`:
      return { ...common, field: 'prediction_score', read: ({ s }) => s }
    case `software:${LATENCY}`:
      return { ...common, field: 'latency_ms', read: ({ l }) => l }
    default:
      return null
  }
}

/** In the order in which they are told: a wrong type explains all else. */
function checksOf(column: ColumnProfile): Check[] {
  const order: readonly Expectation['kind'][] = ['type', 'set', 'positive', 'range', 'length']
  return [...column.expectations]
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    .flatMap((expectation) => checkOf(expectation, column) ?? [])
}

function checkOf(expectation: Expectation, column: ColumnProfile): Check | null {
  switch (expectation.kind) {
    case 'presence':
      return null
    case 'type':
      return typeCheck(expectation.type, column)
    case 'range': {
      const { min, max } = expectation
      const words = `between ${inWords(min)} and ${inWords(max)}`
      return (value) =>
        typeof value !== 'number' || (value >= min && value <= max) ? null : ['out_of_range', words]
    }
    case 'positive': {
      const { zeroAllowed } = expectation
      const words = zeroAllowed ? 'zero or more' : 'more than zero'
      const isFine = (value: number) => value > 0 || (zeroAllowed && value === 0)
      return (value) => (typeof value !== 'number' || isFine(value) ? null : ['not_positive', words])
    }
    case 'set': {
      const known = new Set(expectation.values.map(categoryLabel))
      const rest = expectation.values.length - MAX_SHOWN_VALUES
      const list = expectation.values.slice(0, MAX_SHOWN_VALUES).join(', ')
      const words = `one of ${list}${rest > 0 ? ` or ${rest} others` : ''}`
      return (value) => (known.has(labelOfType(value, column.type)) ? null : ['not_allowed', words])
    }
    case 'length': {
      const { min, max } = expectation
      const words = `${min === max ? '' : `${inWords(min)} to `}${inWords(max)} characters long`
      return (value) =>
        typeof value !== 'string' || (value.length >= min && value.length <= max)
          ? null
          : ['wrong_length', words]
    }
  }
}

const TYPE_WORDS = {
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  datetime: 'a date or time',
  string: 'text',
} as const

function typeCheck(type: ColumnProfile['type'], column: ColumnProfile): Check {
  const known = new Set(column.categories?.map(({ label }) => categoryLabel(label)))
  const failed = ['wrong_type', TYPE_WORDS[type]] as const
  return (value) => (known.has(labelOfType(value, type)) || isOfType(value, type) ? null : failed)
}

function unknownFeature(name: string, value: Scalar | undefined): Finding {
  return {
    field: `features.${name}`,
    code: 'unknown_feature',
    expected: 'nothing',
    got: value === null || value === undefined ? null : shown(value),
    message: `“${shown(name)}” is no feature that the model was trained with.`,
    severity: 'note',
  }
}

function shown(value: number | string | boolean): string {
  const text = String(value)
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text
}

const inWords = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 6 })
