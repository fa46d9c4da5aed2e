/**
 * Owns turning the rules of a model into functions over its records. Pure: what came is never changed, and a record
 * that no rule touches is returned itself.
 */
import type { FieldRule, Treatment } from '@/lib/domain/field-rule'
import type { Scalar } from '@/lib/domain/record'
import { type JsonObject, setOwn } from '@/lib/ingest/json-value'
import { type Coarsen, coarsenPlain } from '@/lib/ingest/mapping/coarsen'
import { type Change, editFields } from '@/lib/ingest/mapping/edit-fields'
import { compileRenames } from '@/lib/ingest/mapping/rename-fields'
import { targetOf, waysTo } from '@/lib/ingest/mapping/rule-paths'
import { changeOf } from '@/lib/ingest/mapping/treat'

/** How a feature of a version is made coarse; undefined where nothing is known of it. */
export type CoarsenOf = (version: string, feature: string) => Coarsen | undefined

export interface CompiledRules {
  readonly revision: number
  /** Whether anything is left out, hashed, redacted or made coarse. */
  readonly isPrivate: boolean
  /** Drops, hashes and redacts; names stay as they came. */
  protect(raw: JsonObject): JsonObject
  /** Moves values to the names that they are read by. */
  rename(raw: JsonObject): JsonObject
  /** Makes what `protect` left as coarse as it can be without a reference, for what is kept of a refused record. */
  blur(raw: JsonObject): JsonObject
  /** Makes the features of a record as coarse as the summaries of its version are. */
  coarsen(features: Record<string, Scalar>, version: string): Record<string, Scalar>
}

export interface CompileOptions {
  readonly revision: number
  /** Key of the hashes; null in an instance without one, where values are redacted instead. */
  readonly key: Uint8Array | null
  readonly coarsenOf: CoarsenOf
  /** Paths that were hashed before: a hash is not hashed again. */
  readonly hashed?: ReadonlySet<string>
}

interface Edit {
  readonly ways: readonly (readonly string[])[]
  readonly change: Change
}

/** @param rules as `checkRules` let them pass */
export function compileRules(rules: readonly FieldRule[], options: CompileOptions): CompiledRules {
  const edits = (wanted: readonly Treatment[]): Edit[] =>
    rules.flatMap(({ path, treatment }) => {
      if (!wanted.includes(treatment) || (treatment === 'hash' && options.hashed?.has(path))) return []
      const change = changeOf(treatment, options.key)
      return change === null ? [] : [{ ways: waysTo(path), change }]
    })
  const protection = edits(['drop', 'hash', 'redact'])
  const blurring = edits(['coarse'])
  const rename = compileRenames(rules)
  const coarse = rules.flatMap(({ path, to, treatment }) => {
    const target = targetOf(to ?? path)
    return treatment === 'coarse' && target.kind === 'feature' ? [target.name] : []
  })
  return {
    revision: options.revision,
    isPrivate: rules.some(({ treatment }) => treatment !== 'keep'),
    protect: (raw) => applyAll(raw, protection),
    rename: (raw) => rename?.(raw) ?? raw,
    blur: (raw) => applyAll(raw, blurring),
    coarsen: (features, version) =>
      coarse.length === 0 ? features : coarsenFeatures(features, version, coarse, options.coarsenOf),
  }
}

function applyAll(raw: JsonObject, edits: readonly Edit[]): JsonObject {
  let edited = raw
  for (const { ways, change } of edits)
    for (const way of ways) edited = editFields(edited, way, change) as JsonObject
  return edited
}

function coarsenFeatures(
  features: Record<string, Scalar>,
  version: string,
  names: readonly string[],
  coarsenOf: CoarsenOf,
): Record<string, Scalar> {
  let copy: Record<string, Scalar> | null = null
  for (const feature of Object.keys(features)) {
    if (!names.some((name) => name === '' || feature === name || feature.startsWith(`${name}.`))) continue
    const before = features[feature] as Scalar
    const after = (coarsenOf(version, feature) ?? coarsenPlain)(before)
    if (after === before) continue
    copy ??= { ...features }
    setOwn(copy, feature, after)
  }
  return copy ?? features
}
