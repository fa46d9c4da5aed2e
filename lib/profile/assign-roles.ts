/** Owns deciding what each reference column is for: told by a mapping, else recognised by its name and values. */
import type { ColumnKind, ColumnRole, ValueType } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { ColumnMapping } from '@/lib/domain/profile'
import { CLASS_SCORE_PREFIXES, type NamedRole, ROLE_ALIASES } from '@/lib/profile/column-aliases'

/** What is known of a column when roles are given out. */
export interface RoleCandidate {
  readonly name: string
  readonly type: ValueType | null
  readonly kind: ColumnKind | null
  readonly min: number | null
  readonly max: number | null
  /** Different labels, where few; null for others. */
  readonly labels: readonly string[] | null
}

export interface RoleAssignment {
  readonly roles: ReadonlyMap<string, ColumnRole>
  readonly warnings: readonly string[]
}

const NAMED_ROLES: readonly NamedRole[] = ['timestamp', 'id', 'label', 'prediction', 'score', 'latency']

/**
 * Gives every column a role. With `features` in the mapping, columns that nobody names are ignored.
 * @throws AppError `invalid` when the mapping names a column twice, or one that does not exist or cannot play the part
 */
export function assignRoles(columns: readonly RoleCandidate[], mapping: ColumnMapping): RoleAssignment {
  const byName = new Map(columns.map((column) => [column.name, column]))
  const roles = mappedRoles(mapping, byName)
  for (const role of NAMED_ROLES) {
    if (mapping[role] !== undefined) continue
    const found = findByAlias(role, columns, roles)
    if (found) roles.set(found.name, role)
  }
  promoteProbabilities(mapping, byName, roles)
  const warnings = setClassScoresAside(columns, roles)
  for (const { name } of columns) {
    if (!roles.has(name)) roles.set(name, mapping.features ? 'ignored' : 'feature')
  }
  return { roles, warnings }
}

function mappedRoles(
  mapping: ColumnMapping,
  byName: ReadonlyMap<string, RoleCandidate>,
): Map<string, ColumnRole> {
  const roles = new Map<string, ColumnRole>()
  const give = (name: string, role: ColumnRole) => {
    const column = byName.get(name)
    if (!column) throw wrong(`The mapping names the column "${name}", which the file does not have.`, name)
    const taken = roles.get(name)
    if (taken !== undefined) throw wrong(`The mapping gives "${name}" two parts: ${taken} and ${role}.`, name)
    if (role === 'timestamp' && !canBeTime(column)) {
      throw wrong(`Column "${name}" cannot be the timestamp: its values are not times.`, name)
    }
    if ((role === 'score' || role === 'latency') && !isNumeric(column)) {
      throw wrong(`Column "${name}" cannot be the ${role}: its values are not numbers.`, name)
    }
    roles.set(name, role)
  }
  for (const name of mapping.features ?? []) give(name, 'feature')
  for (const role of NAMED_ROLES) {
    const name = mapping[role]
    if (name !== undefined) give(name, role)
  }
  for (const name of mapping.ignored ?? []) give(name, 'ignored')
  return roles
}

function findByAlias(
  role: NamedRole,
  columns: readonly RoleCandidate[],
  taken: ReadonlyMap<string, ColumnRole>,
): RoleCandidate | undefined {
  const free = columns.filter((column) => !taken.has(column.name) && column.type !== null)
  for (const alias of ROLE_ALIASES[role]) {
    const found = free.find((column) => column.name.toLowerCase() === alias && fits(role, column))
    if (found) return found
  }
  return undefined
}

/** Whether values could play a part that only the name suggests. */
function fits(role: NamedRole, column: RoleCandidate): boolean {
  if (role === 'timestamp') return canBeTime(column)
  if (role === 'score' || role === 'latency') return isNumeric(column)
  return true
}

/** Seconds since 1970 for 1990 and later: smaller numbers under the name `time` are durations. */
const SMALLEST_EPOCH = 6e8

function canBeTime(column: RoleCandidate): boolean {
  return (
    column.type === 'datetime' || (isNumeric(column) && column.min !== null && column.min >= SMALLEST_EPOCH)
  )
}

function isNumeric(column: RoleCandidate): boolean {
  return column.type === 'integer' || column.type === 'number'
}

/** A "prediction" between 0 and 1 beside a label of two classes is a score. */
function promoteProbabilities(
  mapping: ColumnMapping,
  byName: ReadonlyMap<string, RoleCandidate>,
  roles: Map<string, ColumnRole>,
): void {
  if (mapping.prediction !== undefined || [...roles.values()].includes('score')) return
  const find = (role: ColumnRole) => byName.get([...roles].find(([, given]) => given === role)?.[0] ?? '')
  const prediction = find('prediction')
  const label = find('label')
  if (prediction?.type !== 'number' || prediction.kind !== 'numeric' || label?.labels?.length !== 2) return
  if ((prediction.min ?? -1) >= 0 && (prediction.max ?? 2) <= 1) roles.set(prediction.name, 'score')
}

/** Scores by class are outputs, not features, and have no monitors of their own. */
function setClassScoresAside(columns: readonly RoleCandidate[], roles: Map<string, ColumnRole>): string[] {
  const classes = columns.find((column) => roles.get(column.name) === 'prediction')?.labels ?? []
  if (classes.length < 2) return []
  for (const prefix of CLASS_SCORE_PREFIXES) {
    const names = classes.map((label) => `${prefix}${label}`)
    const scores = columns.filter((column) => names.includes(column.name) && !roles.has(column.name))
    if (scores.length !== classes.length || !scores.every(isNumeric)) continue
    for (const { name } of scores) roles.set(name, 'ignored')
    return [
      `${scores.map(({ name }) => `"${name}"`).join(', ')} look like scores by class and are not features.`,
    ]
  }
  return []
}

function wrong(message: string, field: string): AppError {
  return new AppError('invalid', message, { reason: 'invalid_mapping', field })
}
