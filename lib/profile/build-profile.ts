/** Owns the making of a reference profile from rows: the order of the steps. Each step lives in a file of its own. */
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { ColumnRole } from '@/lib/domain/column'
import { type ColumnMapping, PROFILE_SCHEMA_VERSION, type Profile } from '@/lib/domain/profile'
import { assignRoles, type RoleCandidate } from '@/lib/profile/assign-roles'
import { toColumnProfile } from '@/lib/profile/column-profile'
import { warnOfColumn } from '@/lib/profile/column-warnings'
import { describeColumn, keepWords } from '@/lib/profile/describe-column'
import { findLeakage } from '@/lib/profile/find-leakage'
import { inferProblem, type OutputColumn } from '@/lib/profile/infer-problem'
import { instantOfNumber } from '@/lib/profile/instants'
import { measureQuality, type OutputColumns } from '@/lib/profile/measure-quality'
import { rankFeatures } from '@/lib/profile/rank-features'
import { chunkReference, spanOf } from '@/lib/profile/reference-chunks'
import { classOfHigherScore } from '@/lib/profile/reference-quality'
import { drawReferenceRows, encodeSample } from '@/lib/profile/reference-sample'
import { type OpenRows, REFERENCE_LIMITS, type ReferenceLimits } from '@/lib/profile/rows'
import { type ScannedTable, scanColumns } from '@/lib/profile/scan-columns'
import { Spill } from '@/lib/profile/spill'
import { readLabels, readNumbers, type TableColumn } from '@/lib/profile/table-values'

export interface BuildOptions {
  readonly mapping: ColumnMapping
  readonly source: { readonly kind: 'file' | 'records'; readonly name: string }
  readonly nowMs: number
  /** Existing folder for a temporary file of eight bytes a value. */
  readonly tempDir: string
  readonly limits?: ReferenceLimits
}

/**
 * Reads the reference and profiles it; memory grows with columns, not with rows (one column at a time is held whole).
 * @throws AppError `invalid` for files that cannot be read or hold no usable reference, or a mapping that does not fit
 */
export async function buildProfile(open: OpenRows, options: BuildOptions): Promise<Profile> {
  const spill = await Spill.create(path.join(options.tempDir, `spill-${randomUUID()}`))
  try {
    const table = await scanColumns(open, spill, options.limits ?? REFERENCE_LIMITS)
    return await profileTable(table, await describeTable(table, spill), spill, options)
  } finally {
    await spill.dispose()
  }
}

async function describeTable(table: ScannedTable, spill: Spill): Promise<TableColumn[]> {
  const columns: TableColumn[] = []
  for (const [index, scanned] of table.columns.entries()) {
    const needsValues = scanned.type === 'integer' || scanned.type === 'number' || !scanned.isCounted
    const floats = needsValues ? await spill.read(index) : new Float64Array(0)
    columns.push({ ...describeColumn(table.names[index] ?? '', scanned, floats), index })
  }
  return columns
}

async function profileTable(
  table: ScannedTable,
  described: readonly TableColumn[],
  spill: Spill,
  { mapping, source, nowMs }: BuildOptions,
): Promise<Profile> {
  const { roles, warnings: roleWarnings } = assignRoles(described.map(candidateOf), mapping)
  const columns = described.map((column) =>
    isClassColumn(roles, column) ? { ...keepWords(column), index: column.index } : column,
  )
  const find = (role: ColumnRole) => columns.find((column) => roles.get(column.name) === role) ?? null
  const outputs: OutputColumns = {
    prediction: find('prediction'),
    score: find('score'),
    label: find('label'),
  }
  const order = await rankClasses(outputs, spill)
  const inferred = inferProblem(
    mapping,
    {
      prediction: outputOf(outputs.prediction),
      label: outputOf(outputs.label),
      hasScore: outputs.score !== null,
    },
    order,
  )
  const profiles = columns.map((column) => ({
    column,
    profile: toColumnProfile(column, roles.get(column.name) ?? 'ignored', inferred.problem),
  }))
  const instants = await readInstants(find('timestamp'), spill)
  const drawn = await drawReferenceRows(table.rows, profiles, spill)
  const ranked = await rankFeatures(mapping, profiles, drawn, { outputs, problem: inferred.problem }, spill)
  const leakage = await findLeakage(profiles, outputs.label, inferred, spill)
  return {
    schemaVersion: PROFILE_SCHEMA_VERSION,
    source: { ...source, format: table.format },
    createdMs: nowMs,
    rows: table.rows,
    timeSpan: instants ? spanOf(instants) : null,
    problem: inferred.problem,
    classes: inferred.classes,
    positiveClass: inferred.positiveClass,
    ...ranked,
    quality: await measureQuality(outputs, inferred, spill),
    chunks: instants ? await chunkReference(instants, profiles, { outputs, inferred }, spill) : [],
    ...(drawn && { sample: encodeSample(drawn, instants) }),
    warnings: [
      ...table.notes,
      ...roleWarnings,
      ...inferred.warnings,
      ...columns.flatMap((column) => warnOfColumn(column, roles.get(column.name) ?? 'ignored')),
      ...leakage,
    ],
  }
}

const isClassColumn = (roles: ReadonlyMap<string, ColumnRole>, column: TableColumn) =>
  roles.get(column.name) === 'prediction' || roles.get(column.name) === 'label'

function candidateOf(column: TableColumn): RoleCandidate {
  const { type, min, max, labels } = column.facts
  return { name: column.name, type, kind: column.kind, min, max, labels }
}

function outputOf(column: TableColumn | null): OutputColumn | null {
  if (column === null) return null
  const isNumber = column.numeric !== null
  return {
    name: column.name,
    isCategorical: isNumber ? column.kind === 'categorical' : column.scanned.isCounted,
    labels: column.scanned.isCounted ? column.categories.map(({ label }) => label) : null,
  }
}

/** Which of two classes the score rises with, read once and asked for when no name tells it. */
async function rankClasses(
  { score, label, prediction }: OutputColumns,
  spill: Spill,
): Promise<(classes: readonly string[]) => string | null> {
  const truth = label ?? prediction
  if (!score || !truth?.scanned.isCounted) return () => null
  const labels = await readLabels(spill, truth)
  const scores = await readNumbers(spill, score)
  return (classes) => classOfHigherScore(labels, scores, classes)
}

async function readInstants(column: TableColumn | null, spill: Spill): Promise<Float64Array | null> {
  if (column === null) return null
  const values = await readNumbers(spill, column)
  return column.facts.type === 'datetime' ? values : values.map(instantOfNumber)
}
