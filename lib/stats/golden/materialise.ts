/** Owns turning the inputs of a golden case into columns, checking the check sum of each generated one. */
import type { Column, GoldenCase } from '@/lib/stats/golden/case'
import { crcOfColumn } from '@/lib/stats/golden/crc32'
import { type Generated, generateColumn } from '@/lib/stats/golden/generate'

export interface Materialised {
  /** Columns by input name. */
  readonly columns: Readonly<Record<string, Column>>
  /** Names of generated columns whose bits are not the expected ones. */
  readonly differing: readonly string[]
}

function hasKey<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}

/** Where a case has a reference score, its labels are drawn from that one under the name `score`. */
function namedInFile(columns: Readonly<Record<string, Column>>): Readonly<Record<string, Column>> {
  return columns.reference_score ? { ...columns, score: columns.reference_score } : columns
}

/** Inputs that are plain scalars, lists or matrices are left to the method. */
export function materialiseInputs({ inputs }: GoldenCase): Materialised {
  const columns: Record<string, Column> = {}
  const differing: string[] = []
  for (const [name, input] of Object.entries(inputs)) {
    if (hasKey(input, 'values')) columns[name] = input.values as Column
    else if (hasKey(input, 'gen')) {
      const spec = input.gen as Generated
      const column = generateColumn(spec, namedInFile(columns))
      columns[name] = column
      if (spec.crc32 !== undefined && crcOfColumn(column) !== spec.crc32) differing.push(name)
    }
  }
  return { columns, differing }
}
