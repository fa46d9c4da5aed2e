/** Owns a condition as it stands in the form, and the condition that it becomes. */
import type { SliceCondition, SliceSubject } from '@/lib/domain/slice'

export interface Draft {
  readonly on: SliceSubject
  readonly name: string
  readonly op: SliceCondition['op']
  /** Separated by commas. */
  readonly values: string
  readonly atLeast: string
  readonly below: string
}

export const EMPTY_DRAFT: Draft = { on: 'feature', name: '', op: 'in', values: '', atLeast: '', below: '' }

/** What the API is asked; it says what is wrong with it. */
export function readDraft({ on, name, op, values, atLeast, below }: Draft): SliceCondition {
  const where = { on, name: name.trim() }
  if (op === 'missing') return { ...where, op }
  if (op === 'range') return { ...where, op, atLeast: readEnd(atLeast), below: readEnd(below) }
  const list = values.split(',').map((value) => value.trim())
  return { ...where, op, values: list.filter((value) => value !== '') }
}

function readEnd(text: string): number | null {
  return text.trim() === '' ? null : Number(text)
}
