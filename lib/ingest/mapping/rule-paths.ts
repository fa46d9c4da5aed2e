/**
 * Owns what a rule's path means: the same field under every name it may come by. A path that begins with a name of
 * the features speaks of a feature, whichever of these names a shipper uses, and in a flat log; a path that begins
 * with a name of another field speaks of that field under all its names.
 */
import { ALIAS_OF, FIELD, FIELD_ALIASES, FIELD_NAMES } from '@/lib/ingest/field-aliases'

/** What a path leads to: a feature by its name, another field with what is inside it, or all features (name ''). */
export type RuleTarget =
  | { readonly kind: 'feature'; readonly name: string }
  | { readonly kind: 'field'; readonly field: number; readonly rest: string }

/** What `path` speaks of. */
export function targetOf(path: string): RuleTarget {
  const whole = ALIAS_OF.get(path)
  const dot = path.indexOf('.')
  const head = dot < 0 ? path : path.slice(0, dot)
  const alias = whole ?? ALIAS_OF.get(head)
  const rest = whole !== undefined || dot < 0 ? '' : path.slice(dot + 1)
  if (alias === undefined) return { kind: 'feature', name: path }
  if (alias.field === FIELD.features) return { kind: 'feature', name: rest }
  return { kind: 'field', field: alias.field, rest }
}

/** Every way to the field that `path` speaks of, each as a list of names. */
export function waysTo(path: string): readonly (readonly string[])[] {
  const target = targetOf(path)
  const rest = target.kind === 'feature' ? target.name : target.rest
  const inside = rest === '' ? [] : rest.split('.')
  if (target.kind === 'field') return aliasesOf(target.field).map((name) => [name, ...inside])
  const ways = aliasesOf(FIELD.features).map((name) => [name, ...inside])
  // In a flat log every key that means nothing else is a feature.
  return inside.length > 0 && isFeatureOfFlatLog(rest) ? [...ways, inside] : ways
}

/** Whether a top-level key of this name, or inside of it, would be a feature. */
function isFeatureOfFlatLog(name: string): boolean {
  return !ALIAS_OF.has(name) && !ALIAS_OF.has(name.split('.')[0] ?? '')
}

function aliasesOf(field: number): readonly string[] {
  const name = FIELD_NAMES[field]
  return name === undefined ? [] : FIELD_ALIASES[name]
}

/** The name under which a field is documented. */
export function documentedName(field: number): string {
  return aliasesOf(field)[0] ?? ''
}
