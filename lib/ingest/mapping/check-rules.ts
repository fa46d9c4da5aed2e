/** Owns which rules make sense together; says what is wrong in words for the person who wrote them. */
import { AppError } from '@/lib/domain/errors'
import { type FieldRule, FieldRulesSchema } from '@/lib/domain/field-rule'
import { FIELD } from '@/lib/ingest/field-aliases'
import { documentedName, targetOf } from '@/lib/ingest/mapping/rule-paths'

/** Fields that a value can be moved to, besides features and tags. */
export const RENAME_TARGETS: readonly string[] = [
  'prediction_id',
  'timestamp',
  'model_version',
  'prediction',
  'prediction_score',
  'actual',
  'label_timestamp',
  'latency_ms',
  'status_code',
  'error',
  'memory_bytes',
  'load',
  'sampling_fraction',
  'trace_id',
  'environment',
]

/**
 * @param untrusted what a person or a script sent
 * @returns the rules without those that do nothing
 * @throws AppError `invalid` (`invalid_rules`) for the first rule that makes no sense
 */
export function checkRules(untrusted: unknown): FieldRule[] {
  const parsed = FieldRulesSchema.safeParse(untrusted)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw refuse(`${issue?.path.join('.') || 'rules'}: ${issue?.message ?? 'does not fit'}`, 'rules')
  }
  const rules = parsed.data.filter(({ to, treatment }) => to !== null || treatment !== 'keep')
  const seen = new Map<string, FieldRule>()
  for (const rule of rules) {
    checkPath(rule)
    if (rule.to !== null) checkMove(rule, rule.to)
    const meaning = meaningOf(rule.path)
    if (seen.has(meaning)) throw refuse(`There are two rules for "${rule.path}".`, rule.path)
    seen.set(meaning, rule)
  }
  for (const rule of rules) checkInside(rule, rules)
  checkTargets(rules)
  return rules
}

function checkPath({ path, treatment }: FieldRule): void {
  if (path.split('.').some((name) => name === '')) throw refuse(`"${path}" is no path.`, path)
  const target = targetOf(path)
  if (target.kind === 'feature') return
  if (target.field === FIELD.model)
    throw refuse(`"${path}" names the model, which decides what rules hold: it stays as it is.`, path)
  if (target.field === FIELD.envelope)
    throw refuse(
      `"${path}" is opened before rules are applied: name the field inside, as if it stood alone.`,
      path,
    )
  if (treatment === 'coarse')
    throw refuse(`Only features can be kept only in summaries, and "${path}" is none.`, path)
}

function checkMove({ path, treatment }: FieldRule, to: string): void {
  if (treatment === 'drop') throw refuse(`"${path}" is left out, so it cannot go anywhere.`, path)
  const target = targetOf(to)
  const isFeature = /^features\../.test(to)
  const isTag = /^tags\../.test(to)
  if (!isFeature && !isTag && !RENAME_TARGETS.includes(to)) {
    throw refuse(
      `"${to}" is no place for a value: features.NAME, tags.NAME or one of ${RENAME_TARGETS.join(', ')}.`,
      path,
    )
  }
  if (treatment === 'coarse' && target.kind !== 'feature')
    throw refuse(`Only features can be kept only in summaries, and "${to}" is none.`, path)
}

/** A field inside of one that is moved would be looked for where it no longer is. */
function checkInside(rule: FieldRule, rules: readonly FieldRule[]): void {
  const inner = meaningOf(rule.path)
  for (const other of rules) {
    const outer = meaningOf(other.path)
    const isInside = other !== rule && inner.startsWith(`${outer}.`)
    if (isInside && (other.to !== null || rule.to !== null))
      throw refuse(
        `"${rule.path}" lies inside "${other.path}", which has a rule too: one of them is moved, so they cannot both hold.`,
        rule.path,
      )
  }
}

function checkTargets(rules: readonly FieldRule[]): void {
  const taken = new Map<string, string>()
  for (const { path, to } of rules) {
    if (to === null) continue
    const other = taken.get(to)
    if (other !== undefined) throw refuse(`"${other}" and "${path}" cannot both become "${to}".`, path)
    taken.set(to, path)
  }
}

/** One text for all paths that speak of the same field. */
function meaningOf(path: string): string {
  const target = targetOf(path)
  if (target.kind === 'feature') return target.name === '' ? 'features' : `features.${target.name}`
  return [documentedName(target.field), target.rest].filter((part) => part !== '').join('.')
}

function refuse(message: string, field: string): AppError {
  return new AppError('invalid', message, { reason: 'invalid_rules', field })
}
