/** Owns the sentences about single columns that a person should read before activating a profile. */
import type { ColumnRole } from '@/lib/domain/column'
import type { DescribedColumn } from '@/lib/profile/describe-column'

/** Words are missing values in CSV only above this count is it worth a sentence. */
const NOTEWORTHY = 1

export function warnOfColumn(column: DescribedColumn, role: ColumnRole): string[] {
  const { facts, scanned, name } = column
  if (role === 'ignored') return []
  const warnings: string[] = []
  const isFeature = role === 'feature'
  if (facts.type === null) warnings.push(`"${name}" has no values at all.`)
  else if (facts.distinct === 1) warnings.push(`"${name}" is constant: it cannot drift, it can only break.`)
  if (isFeature && column.kind === 'identifier') {
    warnings.push(`"${name}" looks like an identifier (${facts.distinct} different values): is it a feature?`)
  }
  if (isFeature && column.kind === 'timestamp') {
    warnings.push(`"${name}" holds times, which always move on: is it a feature?`)
  }
  if (scanned.looksLikeLocaleNumbers) {
    warnings.push(
      `"${name}" was read as text; its values look like numbers with a comma. Write a decimal point.`,
    )
  }
  if (scanned.missingWords >= NOTEWORTHY) {
    warnings.push(
      `"${name}" has ${scanned.missingWords} ${scanned.missingWords === 1 ? 'word' : 'words'} such as NA or none, read as missing.`,
    )
  }
  if (scanned.nonFinite > 0 && facts.type !== 'string') {
    warnings.push(`"${name}" has ${scanned.nonFinite} infinite or too large values, read as missing.`)
  }
  if (isFeature && column.kind === 'categorical' && facts.distinct > column.categories.length) {
    warnings.push(
      `"${name}" has about ${facts.distinct} categories; the ${column.categories.length} most frequent are kept.`,
    )
  }
  return warnings
}
