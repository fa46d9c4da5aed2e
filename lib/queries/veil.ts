/**
 * Owns what pages show of stored records under the rules of today: what was stored before a rule was made is not shown
 * past it. Pure; what is stored stays as it is.
 */
import { type FieldRule, REDACTED } from '@/lib/domain/field-rule'
import type { ColumnProfile } from '@/lib/domain/profile'
import type { Scalar } from '@/lib/domain/record'
import { FIELD_NAMES, type FieldName } from '@/lib/ingest/field-aliases'
import { createCoarsen } from '@/lib/ingest/mapping/coarsen'
import { targetOf } from '@/lib/ingest/mapping/rule-paths'
import { HASH_PREFIX } from '@/lib/ingest/mapping/treat'

export interface Veil {
  /** Whether the values of a feature may be named in words. */
  hides(feature: string): boolean
  /** A feature's value as it may be shown. */
  feature(name: string, value: Scalar | undefined, column: ColumnProfile | null): Scalar | undefined
  /** The same of another field. */
  field(name: FieldName, value: Scalar | undefined): Scalar | undefined
}

/** @param rules in force for the model */
export function createVeil(rules: readonly FieldRule[]): Veil {
  const features: { name: string; treatment: FieldRule['treatment'] }[] = []
  const fields = new Map<FieldName | undefined, FieldRule['treatment']>()
  for (const { path, to, treatment } of rules) {
    if (treatment === 'keep') continue
    const target = targetOf(to ?? path)
    if (target.kind === 'feature') features.push({ name: target.name, treatment })
    else fields.set(FIELD_NAMES[target.field], treatment)
  }
  const treatmentOf = (feature: string) =>
    features.find(({ name }) => name === '' || feature === name || feature.startsWith(`${name}.`))?.treatment
  return {
    hides: (feature) => !['coarse', undefined].includes(treatmentOf(feature)),
    feature(name, value, column) {
      const treatment = treatmentOf(name)
      if (treatment === 'coarse')
        return value === undefined ? value : createCoarsen(column ?? undefined)(value)
      return veiled(treatment, value)
    },
    field: (name, value) => veiled(fields.get(name), value),
  }
}

/** That nothing came is no secret; a hash that was stored is what may be seen. */
function veiled(
  treatment: FieldRule['treatment'] | undefined,
  value: Scalar | undefined,
): Scalar | undefined {
  if (treatment === undefined || value === undefined || value === null) return value
  if (treatment === 'hash' && typeof value === 'string' && value.startsWith(HASH_PREFIX)) return value
  return REDACTED
}
