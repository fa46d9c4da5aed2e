/** Owns finding in which fields a stored evaluation and the same judged again differ, to the last bit. */
import { JUDGED_FIELDS } from '@/lib/domain/evaluation'
import type { JudgedMonitor } from '@/lib/monitor/judge-window'

/** One field, by its path: `value`, `detail.bins.current.3`. */
export interface Difference {
  readonly field: string
  readonly stored: unknown
  readonly replayed: unknown
}

const COMPARED_FIELDS = [...JUDGED_FIELDS, 'detail'] as const

type Compared = Pick<JudgedMonitor, (typeof COMPARED_FIELDS)[number]>

/** What the judgement started from, not what came out of it: told apart from differences. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['detail.basis.rule', 'detail.basis.earlier'])

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function compareValues(field: string, stored: unknown, replayed: unknown): Difference[] {
  if (stored === replayed || NOT_COMPARED.has(field)) return []
  if (!isObject(stored) || !isObject(replayed) || Array.isArray(stored) !== Array.isArray(replayed)) {
    return [{ field, stored, replayed }]
  }
  const keys = new Set([...Object.keys(stored), ...Object.keys(replayed)])
  return [...keys].flatMap((key) => compareValues(`${field}.${key}`, stored[key], replayed[key]))
}

/** @returns differences, in the order of `COMPARED_FIELDS`; an evaluation that did not keep its basis is not asked for it */
export function compareJudgements(stored: Compared, replayed: Compared): Difference[] {
  // What was stored went through JSON, which writes numbers exactly and leaves out what is undefined.
  const again = JSON.parse(JSON.stringify(replayed)) as Compared
  const { basis, ...detail } = again.detail
  const comparable = stored.detail.basis === undefined ? { ...again, detail } : again
  return COMPARED_FIELDS.flatMap((field) => compareValues(field, stored[field], comparable[field]))
}
