/**
 * Owns how much the output depends on each feature: as the mapping tells it, or estimated by the association of the two
 * in rows of the reference. An estimate sees each feature alone: it orders columns for a reader, and judges nothing.
 */
import { AppError } from '@/lib/domain/errors'
import type { ColumnMapping, ColumnProfile, Problem, Profile } from '@/lib/domain/profile'
import type { OutputColumns } from '@/lib/profile/measure-quality'
import type { DrawnRows } from '@/lib/profile/reference-sample'
import type { Spill } from '@/lib/profile/spill'
import { readLabels, readNumbers, type TableColumn } from '@/lib/profile/table-values'
import { cramersV } from '@/lib/stats/categorical/cramers-v'
import type { RowColumn } from '@/lib/summary/rows'

/** Groups that values are cut into: with a thousand rows each pair of groups still has some. */
const GROUPS = 8
/** Fewer rows show no association. */
const MIN_ROWS = 100
/** Associations below this come by chance in a thousand rows. */
const LEAST = 0.03
/** Where not even the closest feature reaches this, one by one they say nothing of the output. */
const LEAST_LARGEST = 0.15

interface Outputs {
  readonly outputs: OutputColumns
  readonly problem: Problem | null
}

/**
 * The columns of a profile with their importances, where there are any.
 * @throws AppError `invalid` when the mapping gives one to what is no feature
 */
export async function rankFeatures(
  mapping: ColumnMapping,
  columns: readonly { profile: ColumnProfile; column: TableColumn }[],
  drawn: DrawnRows | null,
  outputs: Outputs,
  spill: Spill,
): Promise<Pick<Profile, 'columns' | 'importances'>> {
  const profiles = columns.map(({ profile }) => profile)
  const given = mapping.importance && checkGiven(profiles, mapping.importance)
  const known = given ?? (drawn && (await estimate(drawn, outputOf(outputs), spill)))
  if (!known || known.size === 0) return { columns: profiles }
  return {
    columns: profiles.map((profile) => {
      const importance = profile.role === 'feature' ? known.get(profile.name) : undefined
      return importance === undefined ? profile : { ...profile, importance }
    }),
    importances: given ? 'given' : 'estimated',
  }
}

function checkGiven(
  profiles: readonly ColumnProfile[],
  importance: Readonly<Record<string, number>>,
): Map<string, number> {
  const features = new Set(profiles.flatMap(({ role, name }) => (role === 'feature' ? [name] : [])))
  const given = new Map(Object.entries(importance))
  for (const field of given.keys()) {
    if (features.has(field)) continue
    const message = `The mapping gives an importance to "${field}", which is no feature of the file.`
    throw new AppError('invalid', message, { reason: 'invalid_mapping', field })
  }
  return given
}

/** What the model answers: of two classes the score tells more than the class, of several it tells less. */
function outputOf({ outputs: { prediction, score, label }, problem }: Outputs): TableColumn | null {
  return problem === 'binary' ? (score ?? prediction ?? label) : (prediction ?? label ?? score)
}

async function estimate(
  { picked, profiles, columns }: DrawnRows,
  output: TableColumn | null,
  spill: Spill,
): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  if (!output || picked.length < MIN_ROWS) return found
  const answers = groupsOf(await readOutput(output, picked, spill))
  columns.forEach((column, at) => {
    const name = profiles[at]?.name
    if (name !== undefined) found.set(name, association(groupsOf(column), answers))
  })
  return Math.max(...found.values()) < LEAST_LARGEST ? new Map() : found
}

async function readOutput(output: TableColumn, picked: Int32Array, spill: Spill): Promise<RowColumn> {
  if (output.numeric !== null && output.kind === 'numeric') {
    const numbers = await readNumbers(spill, output)
    return {
      kind: 'numbers',
      width: 8,
      values: Float64Array.from(picked, (row) => numbers[row] ?? Number.NaN),
    }
  }
  const labels = await readLabels(spill, output)
  return { kind: 'labels', values: Array.from(picked, (row) => labels[row] ?? null) }
}

/** The group of each row: numbers by about equal parts, categories by the most frequent ones; what is missing apart. */
function groupsOf(column: RowColumn): readonly number[] {
  if (column.kind === 'labels') {
    const counts = new Map<string, number>()
    for (const label of column.values) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1)
    const top = [...counts].sort((a, b) => b[1] - a[1]).slice(0, GROUPS - 1)
    const groups = new Map(top.map(([label], group) => [label, group]))
    return column.values.map((label) => (label === null ? GROUPS : (groups.get(label) ?? GROUPS - 1)))
  }
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort()
  const edges = Array.from(
    { length: GROUPS - 1 },
    (_, part) => sorted[Math.floor(((part + 1) * sorted.length) / GROUPS)] ?? 0,
  )
  return Array.from(column.values, (value) =>
    Number.isNaN(value) ? GROUPS : edges.filter((edge) => edge <= value).length,
  )
}

/** Cramér's V of two groupings without what chance adds, 0 … 1. */
function association(a: readonly number[], b: readonly number[]): number {
  const [rows, columns] = [[...new Set(a)], [...new Set(b)]]
  const table = rows.map(() => new Array<number>(columns.length).fill(0))
  a.forEach((group, row) => {
    const cells = table[rows.indexOf(group)]
    const at = columns.indexOf(b[row] ?? 0)
    if (cells) cells[at] = (cells[at] ?? 0) + 1
  })
  const found = cramersV(table)
  const value = found.status === 'ok' ? (found.biasCorrected ?? found.value) : 0
  return value < LEAST ? 0 : Number(value.toFixed(3))
}
