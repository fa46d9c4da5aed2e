/** Owns reading a file of labels: an id and a true value a row. */
import { type ApiLabel, findColumn, toScalar } from '@/lib/cli/row-to-record'
import type { Profile } from '@/lib/domain/profile'
import type { OpenRows } from '@/lib/profile/rows'

/**
 * The labels of a file. The id and label columns bear the reference's names or usual ones; with two columns the one
 * that is not the id is the label. Without ids, row i belongs to row i of the current file.
 * @throws Error when no column can be the label
 */
export async function* readLabels(
  open: OpenRows,
  profile: Profile,
  fallbackId: string,
): AsyncGenerator<ApiLabel> {
  const source = await open()
  const byName = new Map(profile.columns.map((column) => [column.sourceName ?? column.name, column]))
  const known = profile.columns.find(({ role }) => role === 'label')
  let places: { idAt: number; labelAt: number } | null = null
  let row = 0
  for await (const batch of source.rows()) {
    places ??= findPlaces(source.columns, byName)
    for (const cells of batch) {
      const id = places.idAt === -1 ? null : (cells[places.idAt] ?? null)
      const actual = toScalar(cells[places.labelAt] ?? null, known, source.untyped)
      if (actual !== null) {
        yield { prediction_id: id === null || id === '' ? `${fallbackId}#${row}` : String(id), actual }
      }
      row++
    }
  }
}

function findPlaces(
  columns: readonly string[],
  byName: Parameters<typeof findColumn>[1],
): { idAt: number; labelAt: number } {
  const idAt = findColumn(columns, byName, 'id')
  const others = columns.flatMap((_name, index) => (index === idAt ? [] : [index]))
  const found = findColumn(columns, byName, 'label')
  const labelAt = found === -1 && others.length === 1 ? (others[0] ?? -1) : found
  if (labelAt === -1) throw new Error(`No column of the labels file is a label: ${columns.join(', ')}.`)
  return { idAt, labelAt }
}
