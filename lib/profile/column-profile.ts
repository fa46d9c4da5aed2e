/** Owns making the stored profile of one column from its description and its part. */
import {
  type ColumnKind,
  type ColumnRole,
  type Family,
  LATENCY,
  PREDICTION,
  SCORE,
} from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { ColumnProfile, Problem } from '@/lib/domain/profile'
import type { DescribedColumn } from '@/lib/profile/describe-column'
import { suggestExpectations } from '@/lib/profile/expectations'
import { withNullTable } from '@/lib/profile/null-table'
import { suggestConstraints } from '@/lib/stats/profile/suggest-constraints'

/** Where a column of each role belongs, and what it is called there; features and the rest keep their names. */
const PLACES: Readonly<Record<ColumnRole, { family: Family; name: string | null }>> = {
  feature: { family: 'input', name: null },
  prediction: { family: 'output', name: PREDICTION },
  score: { family: 'output', name: SCORE },
  label: { family: 'output', name: 'label' },
  latency: { family: 'software', name: LATENCY },
  timestamp: { family: 'input', name: null },
  id: { family: 'input', name: null },
  ignored: { family: 'input', name: null },
}

/** @throws AppError `invalid` when the values cannot be what the problem asks of an output */
export function toColumnProfile(
  column: DescribedColumn,
  role: ColumnRole,
  problem: Problem | null,
): ColumnProfile {
  const { facts, scanned } = column
  const kind = kindFor(column, role, problem)
  const isNumeric = kind === 'numeric'
  const constraints = suggestConstraints(facts, kind)
  const { family, name } = PLACES[role]
  return withNullTable({
    family,
    name: name ?? column.name,
    ...(name !== null && name !== column.name ? { sourceName: column.name } : {}),
    role,
    type: facts.type ?? scanned.type ?? 'string',
    kind,
    rows: scanned.rows,
    missing: scanned.missing,
    distinct: facts.distinct,
    moments: column.numeric?.moments ?? null,
    quantiles: column.numeric?.quantiles ?? null,
    grid: isNumeric ? (column.numeric?.grid ?? null) : null,
    categories: kind === 'categorical' ? column.categories : null,
    otherCount: kind === 'categorical' ? column.otherCount : 0,
    lengths: column.lengths,
    expectations:
      role === 'ignored' ? [] : suggestExpectations(constraints, facts.type, kind, column.lengths),
  })
}

/** The values tell the kind of a feature; the problem tells the kind of an output. */
function kindFor(column: DescribedColumn, role: ColumnRole, problem: Problem | null): ColumnKind {
  const inferred = column.kind ?? 'categorical'
  if (column.facts.type === null) return inferred
  const isNumber = column.numeric !== null
  if (role === 'score' || role === 'latency') return 'numeric'
  if (role === 'timestamp') return 'timestamp'
  if (role === 'id') return 'identifier'
  if (role !== 'prediction' && role !== 'label') return inferred
  if (problem === 'regression') {
    if (!isNumber) throw contradiction(column, 'numbers, as a regression needs')
    return 'numeric'
  }
  if (problem === 'binary' || problem === 'multiclass') {
    if (!column.scanned.isCounted) throw contradiction(column, 'classes: more than 1,000 values differ')
    return 'categorical'
  }
  return isNumber ? 'numeric' : inferred
}

function contradiction(column: DescribedColumn, what: string): AppError {
  return new AppError('invalid', `Column "${column.name}" does not hold ${what}.`, {
    reason: 'invalid_mapping',
    field: column.name,
  })
}
